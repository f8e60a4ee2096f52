import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseReference } from '../../src/image/reference.ts'
import { byteStream } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'
import { checkStore } from '../../src/store/check-store.ts'
import { openStore } from '../../src/store/layout-store.ts'
import { smallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { contentOf, readContent, sampleImage, writeContent, writeImage } from '../contracts/content.ts'

const job = createJob()
const mebibyte = 1024 * 1024

describe('a disk', { skip: whyNoSmallDisk() }, () => {
  test('that is full is a clear error, leaves a sound store, and the next write goes on', async () => {
    await using disk = await smallDisk(8 * mebibyte)
    const path = join(disk.path, 'store')
    await using store = await openStore(path, job)
    const image = sampleImage()
    await writeImage(store, image, parseReference('app:1'))
    const large = contentOf(randomBytes(20 * mebibyte))
    await assert.rejects(writeContent(store, large), {
      name: 'StoreError',
      code: 'disk-full',
      message: /partial\/sha256-.*: the disk is full/,
      hint: /Free some space/,
    })
    assert.deepEqual(await checkStore(path, { deep: true }, job), [])
    await assert.rejects(writeImage(store, sampleImage(), parseReference('app:2')), { code: 'disk-full' })
    assert.deepEqual(await checkStore(path, { deep: true }, job), [])
    disk.remount(`size=${64 * mebibyte}`)
    const offsets: number[] = []
    await store.write(
      large.descriptor,
      async (offset) => {
        offsets.push(offset)
        return byteStream(large.bytes.subarray(offset))
      },
      job,
    )
    assert.equal(offsets.length, 1)
    assert.ok((offsets[0] ?? 0) > 4 * mebibyte, `went on at ${offsets[0]}`)
    assert.deepEqual(await checkStore(path, { deep: true }, job), [])
  })

  test('that is full is emptied by prune', async () => {
    await using disk = await smallDisk(8 * mebibyte)
    await using store = await openStore(join(disk.path, 'store'), job)
    await assert.rejects(writeContent(store, contentOf(randomBytes(20 * mebibyte))), { code: 'disk-full' })
    const { leftoverFiles, reclaimedBytes } = await store.prune({ dryRun: false }, job)
    assert.equal(leftoverFiles, 1)
    assert.ok(reclaimedBytes > 4 * mebibyte)
    await writeImage(store, sampleImage(), parseReference('app:2'))
  })

  test('that is read-only can be read, and says so when it is written to', async () => {
    await using disk = await smallDisk(8 * mebibyte)
    const path = join(disk.path, 'store')
    const image = sampleImage()
    {
      await using store = await openStore(path, job)
      await writeImage(store, image, parseReference('app:1'))
    }
    disk.remount('ro')
    await using store = await openStore(path, job)
    const descriptor = await store.resolve(parseReference('app:1'), job)
    assert.deepEqual(Buffer.from(await readContent(store, descriptor)), image.manifest.bytes)
    await assert.rejects(writeContent(store, contentOf(randomBytes(10))), { code: 'not-writable' })
    await assert.rejects(store.remove(parseReference('app:1'), job), { code: 'not-writable' })
  })
})
