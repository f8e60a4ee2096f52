import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import type { ContentSink, ContentSource, ReferrerSource } from '../../src/image/content.ts'
import { digestOf } from '../../src/image/digest.ts'
import { ImageError, type ImageErrorCode } from '../../src/image/errors.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import type { Reference } from '../../src/image/reference.ts'
import { byteStream } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'
import {
  contentOf,
  cutOff,
  indexOf,
  manifestOf,
  readContent,
  sampleImage,
  writeContent,
  writeImage,
} from './content.ts'

/** A place that both gives and takes content. */
export type ContentPlace = ContentSource & ContentSink & ReferrerSource

export interface ContentPlaceFixture {
  /** A fresh, empty place, which ends with the test that opened it. */
  readonly open: () => Promise<{ readonly place: ContentPlace } & AsyncDisposable>
  /** A name that can be given at this place: in a registry, of the one repository that it is. */
  readonly name: (place: ContentPlace, tag: string) => Reference
  /** Whether the place keeps what came of a broken transfer, so that the next write asks only for the rest. */
  readonly takesUpWrites: boolean
}

const job = createJob()
const layerBytes = 3 * 1024 * 1024 + 17

function isImageError(code: ImageErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof ImageError && error.code === code
}

/** What every implementation of ContentSource, ContentSink and ReferrerSource does. Call it in a test file of its own. */
export function testContentPlace(title: string, fixture: ContentPlaceFixture): void {
  describe(`${title} is a content place`, () => {
    describe('reading and writing', () => testReadingAndWriting(fixture))
    describe('refusing', () => testRefusing(fixture))
    describe('broken transfers', () => testBrokenTransfers(fixture))
    describe('names', () => testNames(fixture))
    describe('referrers', () => testReferrers(fixture))
  })
}

function testReadingAndWriting({ open }: ContentPlaceFixture): void {
  test('what was written is read back', async () => {
    await using fixture = await open()
    for (const size of [0, 1, layerBytes]) {
      const content = contentOf(randomBytes(size))
      await writeContent(fixture.place, content)
      assert.deepEqual(Buffer.from(await readContent(fixture.place, content.descriptor)), Buffer.from(content.bytes))
    }
  })

  test('reading begins where it is asked to', async () => {
    await using fixture = await open()
    const { bytes, descriptor } = contentOf(randomBytes(layerBytes))
    await writeContent(fixture.place, { bytes, descriptor })
    for (const offset of [1, 65_536, layerBytes - 1, layerBytes]) {
      const read = await readContent(fixture.place, descriptor, offset)
      assert.deepEqual(Buffer.from(read), Buffer.from(bytes.subarray(offset)))
    }
  })

  test('has tells what is there', async () => {
    await using fixture = await open()
    const { place } = fixture
    const content = contentOf(randomBytes(10))
    assert.equal(await place.has(content.descriptor, job), false)
    await writeContent(place, content)
    assert.equal(await place.has(content.descriptor, job), true)
  })

  test('content that is there is not asked for again', async () => {
    await using fixture = await open()
    const content = contentOf(randomBytes(10))
    await writeContent(fixture.place, content)
    await fixture.place.write(content.descriptor, () => assert.fail('was opened'), job)
  })

  test('many writes of one blob at once all succeed', async () => {
    await using fixture = await open()
    const content = contentOf(randomBytes(layerBytes))
    await Promise.all(Array.from({ length: 5 }, () => writeContent(fixture.place, content)))
    assert.deepEqual(Buffer.from(await readContent(fixture.place, content.descriptor)), Buffer.from(content.bytes))
  })

  test('opening what is not there is not-found', async () => {
    await using fixture = await open()
    const { descriptor } = contentOf(randomBytes(10))
    await assert.rejects(readContent(fixture.place, descriptor), isImageError('not-found'))
  })
}

function testRefusing({ open }: ContentPlaceFixture): void {
  const bytes = randomBytes(layerBytes)
  const { descriptor } = contentOf(bytes)
  const cases: readonly [string, Uint8Array, ImageErrorCode][] = [
    ['other bytes', randomBytes(layerBytes), 'digest-mismatch'],
    ['too few bytes', bytes.subarray(1), 'size-mismatch'],
    ['too many bytes', Buffer.concat([bytes, Buffer.of(0)]), 'size-mismatch'],
  ]
  for (const [what, wrong, code] of cases) {
    test(`nothing is kept of ${what}`, async () => {
      await using fixture = await open()
      const { place } = fixture
      await assert.rejects(
        place.write(descriptor, async (offset) => byteStream(wrong.subarray(offset)), job),
        isImageError(code),
      )
      assert.equal(await place.has(descriptor, job), false)
      await assert.rejects(readContent(place, descriptor), isImageError('not-found'))
      await place.write(
        descriptor,
        async (offset) => {
          assert.equal(offset, 0)
          return byteStream(bytes)
        },
        job,
      )
      assert.equal(digestOf(await readContent(place, descriptor)), descriptor.digest)
    })
  }
}

function testBrokenTransfers({ open, takesUpWrites }: ContentPlaceFixture): void {
  const content = contentOf(randomBytes(layerBytes))
  const half = layerBytes >> 1

  test('a stream that breaks leaves nothing to be seen, and the next write completes it', async () => {
    await using fixture = await open()
    const { place } = fixture
    await assert.rejects(
      place.write(content.descriptor, async () => cutOff(content.bytes.subarray(0, half)), job),
      /ECONNRESET/,
    )
    assert.equal(await place.has(content.descriptor, job), false)
    const offsets: number[] = []
    await place.write(
      content.descriptor,
      async (offset) => {
        offsets.push(offset)
        return byteStream(content.bytes.subarray(offset))
      },
      job,
    )
    assert.deepEqual(offsets, [takesUpWrites ? half : 0])
    assert.equal(digestOf(await readContent(place, content.descriptor)), content.descriptor.digest)
  })

  test('a source that cannot be opened leaves nothing', async () => {
    await using fixture = await open()
    const failure = new Error('no route to host')
    await assert.rejects(
      fixture.place.write(content.descriptor, () => Promise.reject(failure), job),
      (error) => error === failure || (error instanceof Error && error.cause === failure),
    )
    assert.equal(await fixture.place.has(content.descriptor, job), false)
  })

  test('a write that is cancelled ends with the reason, and leaves nothing to be seen', async () => {
    await using fixture = await open()
    const cancel = new AbortController()
    const reason = new Error('cancelled by the test')
    const cancelled = fixture.place.write(
      content.descriptor,
      async () =>
        (async function* () {
          yield content.bytes.subarray(0, half)
          cancel.abort(reason)
          yield content.bytes.subarray(half)
        })(),
      createJob({ signal: cancel.signal }),
    )
    await assert.rejects(cancelled, (error) => error === reason)
    assert.equal(await fixture.place.has(content.descriptor, job), false)
  })
}

function testNames({ open, name }: ContentPlaceFixture): void {
  test('a name leads to its manifest, by tag, by digest, and by both', async () => {
    await using fixture = await open()
    const { place } = fixture
    const { manifest } = await write(place, name(place, 'one'))
    const { digest } = manifest.descriptor
    for (const reference of [
      name(place, 'one'),
      { ...name(place, 'one'), tag: undefined, digest },
      { ...name(place, 'one'), digest },
    ]) {
      const resolved = await place.resolve(reference, job)
      const { mediaType, size } = resolved
      assert.deepEqual({ mediaType, digest: resolved.digest, size }, manifest.descriptor)
    }
  })

  test('a name that is given again leads to the new manifest', async () => {
    await using fixture = await open()
    const { place } = fixture
    await write(place, name(place, 'one'))
    const second = await write(place, name(place, 'one'))
    assert.equal((await place.resolve(name(place, 'one'), job)).digest, second.manifest.descriptor.digest)
  })

  test('a manifest has many names', async () => {
    await using fixture = await open()
    const { place } = fixture
    const { manifest } = await write(place, name(place, 'one'))
    await place.tag(name(place, 'two'), manifest.descriptor, manifest.bytes, job)
    await place.tag(name(place, 'two'), manifest.descriptor, manifest.bytes, job)
    for (const tag of ['one', 'two']) {
      assert.equal((await place.resolve(name(place, tag), job)).digest, manifest.descriptor.digest)
    }
  })

  test('a manifest without a name is there by its digest', async () => {
    await using fixture = await open()
    const { place } = fixture
    const image = sampleImage()
    await writeImage(place, image)
    const { digest } = image.manifest.descriptor
    assert.equal((await place.resolve({ ...name(place, 'x'), tag: undefined, digest }, job)).digest, digest)
    assert.deepEqual(
      Buffer.from(await readContent(place, image.manifest.descriptor)),
      Buffer.from(image.manifest.bytes),
    )
  })

  test('has tells of a manifest whether it is there', async () => {
    await using fixture = await open()
    const { place } = fixture
    const image = sampleImage()
    assert.equal(await place.has(image.manifest.descriptor, job), false)
    await writeImage(place, image)
    assert.equal(await place.has(image.manifest.descriptor, job), true)
  })

  test('an index is written and named like a manifest', async () => {
    await using fixture = await open()
    const { place } = fixture
    const image = await write(place)
    const index = indexOf([{ ...image.manifest.descriptor, platform: { os: 'linux', architecture: 'amd64' } }])
    await place.tag(name(place, 'all'), index.descriptor, index.bytes, job)
    const resolved = await place.resolve(name(place, 'all'), job)
    assert.equal(resolved.mediaType, mediaTypes.ociIndex)
    assert.equal(await place.has(resolved, job), true)
  })

  test('a name that was not given is not-found', async () => {
    await using fixture = await open()
    const { place } = fixture
    await assert.rejects(place.resolve(name(place, 'none'), job), isImageError('not-found'))
    const digest = digestOf(randomBytes(5))
    await assert.rejects(place.resolve({ ...name(place, 'none'), digest }, job), isImageError('not-found'))
  })
}

function testReferrers({ open }: ContentPlaceFixture): void {
  test('artifacts are found by their subject, with their type and annotations', async () => {
    await using fixture = await open()
    const { place } = fixture
    const image = await write(place)
    const empty = contentOf(Buffer.from('{}'), mediaTypes.ociEmpty)
    await writeContent(place, empty)
    const artifact = manifestOf(empty, [empty], {
      artifactType: 'application/vnd.example.sbom',
      subject: image.manifest.descriptor,
      annotations: { made: 'by a test' },
    })
    await writeContent(place, artifact)
    assert.deepEqual(await place.referrers(image.manifest.descriptor, job), [
      { ...artifact.descriptor, artifactType: 'application/vnd.example.sbom', annotations: { made: 'by a test' } },
    ])
  })

  test('what nothing points to has none', async () => {
    await using fixture = await open()
    const image = await write(fixture.place)
    assert.deepEqual(await fixture.place.referrers(image.manifest.descriptor, job), [])
  })
}

async function write(place: ContentSink, name?: Reference): Promise<ReturnType<typeof sampleImage>> {
  const image = sampleImage()
  await writeImage(place, image, name)
  return image
}
