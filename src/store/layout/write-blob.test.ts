import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  contentOf,
  cutOff,
  readContent,
  sampleImage,
  writeContent,
  writeImage,
} from '../../../test/contracts/content.ts'
import { temporaryStore } from '../../../test/support/store.ts'
import { digestHex } from '../../image/digest.ts'
import { parseReference } from '../../image/reference.ts'
import { layerAt } from '../../image/image.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { byteStream, readAll } from '../../std/bytes.ts'
import { createJob } from '../../std/job.ts'
import { checkStore } from '../check-store.ts'
import { namesIn } from './blob-list.ts'

const job = createJob()
const content = contentOf(randomBytes(2_500_000))
const { bytes, descriptor } = content

function partialPath(path: string): string {
  return join(path, '.wherry', 'partial', `sha256-${digestHex(descriptor.digest)}`)
}

function blobPath(path: string): string {
  return join(path, 'blobs', 'sha256', digestHex(descriptor.digest))
}

describe('partial files', () => {
  test('are taken up by another process, however they ended', async () => {
    await using owned = await temporaryStore()
    await assert.rejects(owned.store.write(descriptor, async () => cutOff(bytes.subarray(0, 1_234_567)), job))
    const offsets: number[] = []
    const open = async (offset: number) => {
      offsets.push(offset)
      return cutOff(bytes.subarray(offset, offset + 500_000))
    }
    const other = await owned.openAgain()
    await assert.rejects(other.write(descriptor, open, job))
    await assert.rejects(other.write(descriptor, open, job))
    await writeContent(owned.store, content)
    assert.deepEqual(offsets, [1_234_567, 1_734_567])
    assert.deepEqual(Buffer.from(await readContent(owned.store, descriptor)), Buffer.from(bytes))
    assert.deepEqual(await namesIn(join(owned.path, '.wherry', 'partial')), [])
  })

  for (const [what, leftover] of [
    ['is wrong', randomBytes(1000)],
    ['is too long', randomBytes(bytes.length + 1)],
    ['has the right length and is wrong', randomBytes(bytes.length)],
  ] as const) {
    test(`one that ${what} is written again from the beginning`, async () => {
      await using owned = await temporaryStore()
      await assert.rejects(owned.store.write(descriptor, async () => cutOff(bytes.subarray(0, 1)), job))
      await writeFile(partialPath(owned.path), leftover)
      await writeContent(owned.store, content)
      assert.deepEqual(await checkStore(owned.path, { deep: true }, job), [])
      assert.deepEqual(Buffer.from(await readContent(owned.store, descriptor)), Buffer.from(bytes))
    })
  }

  test('one that is whole needs no source', async () => {
    await using owned = await temporaryStore()
    await assert.rejects(owned.store.write(descriptor, async () => cutOff(bytes), job))
    await owned.store.write(descriptor, () => assert.fail('was opened'), job)
    assert.equal(await owned.store.has(descriptor, job), true)
  })

  test('of two writers one works, and the other finds the blob', async () => {
    await using owned = await temporaryStore()
    const other = await owned.openAgain()
    let opened = 0
    const open = async (offset: number) => {
      opened += 1
      return byteStream(bytes.subarray(offset))
    }
    await Promise.all([owned.store.write(descriptor, open, job), other.write(descriptor, open, job)])
    assert.equal(opened, 1)
    assert.deepEqual(await namesIn(join(owned.path, '.wherry', 'partial')), [])
  })
})

describe('damaged blobs', () => {
  test('are named when they are read, moved away, and fetched again', async () => {
    await using owned = await temporaryStore()
    await writeContent(owned.store, content)
    const path = blobPath(owned.path)
    const damaged = Buffer.from(bytes)
    damaged[1000] = (damaged[1000] ?? 0) ^ 1
    await writeFile(path, damaged)
    assert.equal((await checkStore(owned.path, { deep: true }, job))[0]?.kind, 'damaged')
    assert.equal(await owned.store.has(descriptor, job), true)
    await assert.rejects(readContent(owned.store, descriptor), {
      code: 'blob-damaged',
      message: `blob ${descriptor.digest} is damaged: the bytes in ${path} have another digest`,
    })
    assert.equal(await owned.store.has(descriptor, job), false)
    assert.deepEqual(
      await readFile(join(owned.path, '.wherry', 'damaged', `sha256-${digestHex(descriptor.digest)}`)),
      damaged,
    )
    await writeContent(owned.store, content)
    assert.deepEqual(Buffer.from(await readContent(owned.store, descriptor)), Buffer.from(bytes))
  })

  test('are found by whoever reads a layer of them, though the store alone checks it', async () => {
    await using owned = await temporaryStore()
    await writeContent(owned.store, content)
    const layer = layerAt(owned.store, { ...descriptor, mediaType: mediaTypes.ociLayer }, descriptor.digest)
    assert.deepEqual(Buffer.from(await readAll(layer.openTar(job), bytes.length)), Buffer.from(bytes))
    await writeFile(blobPath(owned.path), bytes.toReversed())
    await assert.rejects(readAll(layer.openTar(job), bytes.length), { code: 'blob-damaged' })
  })

  test('one that is cut short is not there, and is refused when it is read', async () => {
    await using owned = await temporaryStore()
    await writeContent(owned.store, content)
    await truncate(blobPath(owned.path), 1000)
    assert.equal(await owned.store.has(descriptor, job), false)
    await assert.rejects(readContent(owned.store, descriptor), { code: 'blob-damaged' })
    await writeContent(owned.store, content)
    assert.equal(await owned.store.has(descriptor, job), true)
  })

  test('a sound blob is not blamed for a descriptor with a wrong size', async () => {
    await using owned = await temporaryStore()
    await writeContent(owned.store, content)
    await assert.rejects(readContent(owned.store, { ...descriptor, size: 5 }), { code: 'size-mismatch' })
    assert.equal(await owned.store.has(descriptor, job), true)
  })

  test('a blob that is not read to its end is not blamed', async () => {
    await using owned = await temporaryStore()
    await writeContent(owned.store, content)
    for await (const chunk of await owned.store.open(descriptor, job)) {
      assert.ok(chunk.length > 0)
      break
    }
    assert.equal(await owned.store.has(descriptor, job), true)
  })

  test('a manifest that is damaged is not there, and is written again', async () => {
    await using owned = await temporaryStore()
    const [name, image] = [parseReference('app:1'), sampleImage()]
    const { descriptor: manifest, bytes: sound } = image.manifest
    await writeImage(owned.store, image, name)
    const path = join(owned.path, 'blobs', 'sha256', digestHex(manifest.digest))
    for (const repair of [
      () => writeContent(owned.store, image.manifest),
      () => owned.store.tag(name, manifest, sound, job),
    ]) {
      await writeFile(path, Buffer.alloc(sound.length, ' '))
      assert.equal(await owned.store.has(manifest, job), false)
      await assert.rejects(owned.store.referrers(manifest, job), { code: 'blob-damaged' })
      await repair()
      assert.deepEqual(await checkStore(owned.path, { deep: true }, job), [])
    }
  })

  test('an image that lacks a blob is not there, so that a pull brings it back', async () => {
    await using owned = await temporaryStore()
    const image = sampleImage()
    await writeImage(owned.store, image, parseReference('app:1'))
    await unlink(join(owned.path, 'blobs', 'sha256', digestHex(image.layer.descriptor.digest)))
    assert.equal(await owned.store.has(image.manifest.descriptor, job), false)
    await writeContent(owned.store, image.layer)
    assert.equal(await owned.store.has(image.manifest.descriptor, job), true)
  })
})
