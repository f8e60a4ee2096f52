import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ContentSource } from '../../src/image/content.ts'
import { copyContent, indexDigestAnnotation, type CopyOptions } from '../../src/image/copy.ts'
import { ImageError } from '../../src/image/errors.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseReference } from '../../src/image/reference.ts'
import type { ProgressEvent } from '../../src/std/events.ts'
import { createJob } from '../../src/std/job.ts'
import { MemoryStore } from '../../src/store/memory-store.ts'
import {
  contentOf,
  indexOf,
  manifestOf,
  readContent,
  sampleImage,
  writeContent,
  writeImage,
} from '../contracts/content.ts'

const name = parseReference('localhost/app:1')
const everything: CopyOptions = { platforms: 'all', names: [name] }
const amd64 = parsePlatform('linux/amd64')
const arm64 = parsePlatform('linux/arm64')
const armV7 = parsePlatform('linux/arm/v7')

/** A place that counts what is read from it. */
function watched(source: MemoryStore): { readonly source: ContentSource; readonly opened: string[] } {
  const opened: string[] = []
  return {
    opened,
    source: {
      resolve: (reference, job) => source.resolve(reference, job),
      open: (descriptor, job, offset) => {
        opened.push(descriptor.digest)
        return source.open(descriptor, job, offset)
      },
    },
  }
}

/** An index of three platforms with an attestation about the first. */
async function writeSampleIndex(place: MemoryStore) {
  const [first, second, third] = [sampleImage(), sampleImage(), sampleImage()]
  for (const image of [first, second, third]) await writeImage(place, image)
  const attestation = sampleImage()
  await writeImage(place, attestation)
  const annotations = {
    'vnd.docker.reference.type': 'attestation-manifest',
    'vnd.docker.reference.digest': first.manifest.descriptor.digest,
  }
  const index = indexOf([
    { ...first.manifest.descriptor, platform: amd64 },
    { ...second.manifest.descriptor, platform: arm64 },
    { ...third.manifest.descriptor, platform: armV7 },
    { ...attestation.manifest.descriptor, platform: { os: 'unknown', architecture: 'unknown' }, annotations },
  ])
  await place.tag(name, index.descriptor, index.bytes, createJob())
  return { index, images: { first, second, third, attestation } }
}

describe('copying an image', () => {
  test('brings its blobs and its manifest, byte for byte, and names it', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const image = sampleImage()
    await writeImage(from, image)
    const copied = await copyContent(from, to, image.manifest.descriptor, everything, createJob())
    assert.deepEqual(copied, image.manifest.descriptor)
    assert.equal((await to.resolve(name, createJob())).digest, image.manifest.descriptor.digest)
    for (const part of [image.manifest, image.config, image.layer]) {
      assert.deepEqual(Buffer.from(await readContent(to, part.descriptor)), Buffer.from(part.bytes))
    }
  })

  test('without a name is there by its digest', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const image = sampleImage()
    await writeImage(from, image)
    await copyContent(from, to, image.manifest.descriptor, { platforms: 'all', names: [] }, createJob())
    assert.ok(await to.has(image.manifest.descriptor, createJob()))
  })

  test('reads nothing but its manifest when the sink has it', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const image = sampleImage()
    await writeImage(from, image)
    await writeImage(to, image)
    const { source, opened } = watched(from)
    await copyContent(source, to, image.manifest.descriptor, everything, createJob())
    assert.deepEqual(opened, [image.manifest.descriptor.digest])
  })

  test('does not read a layer that the sink has', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const image = sampleImage()
    await writeImage(from, image)
    await writeContent(to, image.layer)
    const { source, opened } = watched(from)
    await copyContent(source, to, image.manifest.descriptor, everything, createJob())
    assert.deepEqual(new Set(opened), new Set([image.manifest.descriptor.digest, image.config.descriptor.digest]))
  })

  test('moves a layer that an image has twice only once', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const { config, layer } = sampleImage()
    const manifest = manifestOf(config, [layer, layer])
    for (const content of [config, layer, manifest]) await writeContent(from, content)
    const { source, opened } = watched(from)
    await copyContent(source, to, manifest.descriptor, everything, createJob())
    assert.equal(opened.filter((digest) => digest === layer.descriptor.digest).length, 1)
  })

  test('names nothing when a layer is not what its digest says', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const image = sampleImage()
    await writeImage(from, image)
    const lying: ContentSource = {
      resolve: (reference, job) => from.resolve(reference, job),
      open: async (descriptor, job, offset) =>
        descriptor.digest === image.layer.descriptor.digest
          ? await from.open(image.config.descriptor, job, offset)
          : await from.open(descriptor, job, offset),
    }
    await assert.rejects(
      copyContent(lying, to, image.manifest.descriptor, everything, createJob()),
      (error) => error instanceof ImageError && /mismatch/.test(error.code),
    )
    await assert.rejects(to.resolve(name, createJob()), { code: 'not-found' })
  })

  test('leaves out a layer that may not be distributed and is not there, and never looks at its URLs', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const { config, layer } = sampleImage()
    const foreign = contentOf(Buffer.from('elsewhere'), mediaTypes.dockerLayerForeign)
    const descriptor = { ...foreign.descriptor, urls: ['http://127.0.0.1:1/layer'] }
    const manifest = manifestOf(config, [layer, { ...foreign, descriptor }])
    for (const content of [config, layer, manifest]) await writeContent(from, content)
    await copyContent(from, to, manifest.descriptor, everything, createJob())
    assert.equal(await to.has(foreign.descriptor, createJob()), false)
    assert.equal((await to.resolve(name, createJob())).digest, manifest.descriptor.digest)
  })

  test('tells what became of each blob', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const image = sampleImage()
    await writeImage(from, image)
    await writeContent(to, image.config)
    const events: ProgressEvent[] = []
    const job = createJob({ emit: (event) => events.push(event) })
    await copyContent(from, to, image.manifest.descriptor, everything, job)
    const ended = events.flatMap((event) => (event.type === 'task-done' ? [[event.id, event.outcome]] : []))
    assert.deepEqual(
      new Map(ended.map(([id, outcome]) => [id, outcome])),
      new Map([
        [image.config.descriptor.digest, 'already there'],
        [image.layer.descriptor.digest, 'done'],
      ]),
    )
    assert.ok(events.some((event) => event.type === 'task-progress' && event.bytes === image.layer.bytes.length))
  })
})

describe('copying an index', () => {
  test('brings all of it when everything is asked for', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const { index, images } = await writeSampleIndex(from)
    const copied = await copyContent(from, to, index.descriptor, everything, createJob())
    assert.equal(copied.digest, index.descriptor.digest)
    for (const image of Object.values(images)) assert.ok(await to.has(image.manifest.descriptor, createJob()))
  })

  test('brings one image when one platform is asked for, and notes the index that it came from', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const { index, images } = await writeSampleIndex(from)
    const copied = await copyContent(from, to, index.descriptor, { platforms: [arm64], names: [name] }, createJob())
    assert.equal(copied.digest, images.second.manifest.descriptor.digest)
    assert.equal(copied.annotations?.[indexDigestAnnotation], index.descriptor.digest)
    assert.equal((await to.resolve(name, createJob())).digest, copied.digest)
    assert.equal(await to.has(images.first.layer.descriptor, createJob()), false)
  })

  test('brings a smaller index when several platforms are asked for, with the attestations about these', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const { index, images } = await writeSampleIndex(from)
    const options: CopyOptions = { platforms: [amd64, armV7], names: [name] }
    const copied = await copyContent(from, to, index.descriptor, options, createJob())
    const document: unknown = JSON.parse(Buffer.from(await readContent(to, copied)).toString())
    const { manifests } = JSON.parse(Buffer.from(index.bytes).toString())
    assert.deepEqual(document, {
      ...JSON.parse(Buffer.from(index.bytes).toString()),
      manifests: [0, 2, 3].map((at) => manifests[at]),
    })
    assert.equal(await to.has(images.second.manifest.descriptor, createJob()), false)
    const again = await copyContent(from, new MemoryStore(), index.descriptor, options, createJob())
    assert.equal(again.digest, copied.digest)
  })

  test('says how to go on when the source holds only some of its images', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const absent = sampleImage()
    const index = indexOf([{ ...absent.manifest.descriptor, platform: amd64 }])
    await writeContent(from, index)
    await assert.rejects(copyContent(from, to, index.descriptor, everything, createJob()), {
      code: 'not-found',
      hint: /--platform/,
    })
  })

  test('refuses indexes that are nested without end', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    let content = indexOf([])
    for (let depth = 0; depth < 6; depth += 1) {
      await writeContent(from, content)
      content = indexOf([content.descriptor])
    }
    await writeContent(from, content)
    await assert.rejects(copyContent(from, to, content.descriptor, everything, createJob()), { code: 'too-large' })
  })
})

describe('copying with referrers', () => {
  test('brings the artifacts that point to the image, and those that point to them', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const image = sampleImage()
    const bill = sampleImage({ artifactType: 'x/sbom', subject: image.manifest.descriptor })
    const signature = sampleImage({ artifactType: 'x/signature', subject: bill.manifest.descriptor })
    for (const each of [image, bill, signature]) await writeImage(from, each)
    await copyContent(from, to, image.manifest.descriptor, { ...everything, referrers: from }, createJob())
    const found = await to.referrers(image.manifest.descriptor, createJob())
    assert.deepEqual(
      found.map(({ artifactType }) => artifactType),
      ['x/sbom'],
    )
    assert.ok(await to.has(signature.manifest.descriptor, createJob()))
    assert.ok(await to.has(signature.layer.descriptor, createJob()))
  })

  test('leaves them where they are unless they are asked for', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    const image = sampleImage()
    const bill = sampleImage({ artifactType: 'x/sbom', subject: image.manifest.descriptor })
    for (const each of [image, bill]) await writeImage(from, each)
    await copyContent(from, to, image.manifest.descriptor, everything, createJob())
    assert.deepEqual(await to.referrers(image.manifest.descriptor, createJob()), [])
  })
})
