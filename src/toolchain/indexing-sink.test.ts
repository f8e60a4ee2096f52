import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { contentOf, readContent } from '../../test/contracts/content.ts'
import { file, tarOf } from '../../test/support/layers.ts'
import { temporaryStore, type TemporaryStore } from '../../test/support/store.ts'
import { indexLayer } from '../filetree/index-layer.ts'
import type { OpenContent } from '../image/content.ts'
import { digestOf } from '../image/digest.ts'
import type { Layer } from '../image/image.ts'
import { mediaTypes } from '../image/media-type.ts'
import { byteStream } from '../std/bytes.ts'
import { createJob, withSignal } from '../std/job.ts'
import { indexingSink } from './indexing-sink.ts'

const job = createJob()
const tar = await tarOf(Array.from({ length: 200 }, (_, name) => file(`file-${name}`, `${name} `.repeat(999))))

const layersOf = ({ path }: TemporaryStore): string => join(path, '../layers')

const inPieces = (bytes: Uint8Array): OpenContent => {
  return async (offsetBytes) => {
    const rest = bytes.subarray(offsetBytes)
    const count = Math.ceil(rest.length / 1000)
    return byteStream(...Array.from({ length: count }, (_, index) => rest.subarray(index * 1000, (index + 1) * 1000)))
  }
}

/** What the cache of indexes holds of the tar, and whether anything was left behind. */
async function indexed(place: TemporaryStore): Promise<readonly string[]> {
  const left = await readdir(join(layersOf(place), 'temporary')).catch(() => [])
  assert.deepEqual(left, [])
  return await readdir(join(layersOf(place), 'sha256')).catch(() => [])
}

describe('layers that are indexed while they are fetched', () => {
  for (const [form, bytes, mediaType] of [
    ['gzip', gzipSync(tar), mediaTypes.ociLayerGzip],
    ['zstd', zstdCompressSync(tar), mediaTypes.ociLayerZstd],
    ['nothing', tar, mediaTypes.ociLayer],
  ] as const) {
    test(`and are compressed with ${form} need not be read again`, async () => {
      await using place = await temporaryStore()
      const { descriptor } = contentOf(bytes, mediaType)
      await using sink = indexingSink(place.store, layersOf(place))
      await sink.write(descriptor, inPieces(bytes), job)
      const layer: Layer = { descriptor, diffId: digestOf(tar), openTar: () => assert.fail('it was read again') }
      await using opened = await indexLayer(layer, layersOf(place), job)
      assert.equal(opened.index.get('/file-7')?.sizeBytes, 999 * 2)
      assert.deepEqual(Buffer.from(await readContent(place.store, descriptor)), Buffer.from(bytes))
      assert.equal((await indexed(place)).length, 1)
    })
  }

  test('need not be read again where they are large, either', async () => {
    await using place = await temporaryStore()
    const noise = randomBytes(20_000_000)
    const large = await tarOf([file('noise', noise)])
    const { descriptor } = contentOf(large, mediaTypes.ociLayer)
    await using sink = indexingSink(place.store, layersOf(place))
    await sink.write(descriptor, inPieces(large), job)
    const layer: Layer = { descriptor, diffId: digestOf(large), openTar: () => assert.fail('it was read again') }
    await using opened = await indexLayer(layer, layersOf(place), job)
    assert.equal(opened.index.get('/noise')?.digest, digestOf(noise))
    assert.equal((await indexed(place)).length, 1)
  })

  test('are stored, and not indexed, where they are taken up in the middle or cannot be unpacked', async () => {
    await using place = await temporaryStore()
    await using sink = indexingSink(place.store, layersOf(place))
    const bytes = gzipSync(tar)
    const whole = contentOf(bytes, mediaTypes.ociLayerGzip)
    const breaking: OpenContent = async (offsetBytes) =>
      offsetBytes > 0
        ? byteStream(bytes.subarray(offsetBytes))
        : (async function* () {
            yield bytes.subarray(0, 5000)
            throw new Error('the line is dead')
          })()
    await assert.rejects(sink.write(whole.descriptor, breaking, job), /the line is dead/)
    await sink.write(whole.descriptor, breaking, job)
    const noise = Buffer.from('neither gzip nor anything else')
    const odd = contentOf(noise, mediaTypes.ociLayerGzip)
    await sink.write(odd.descriptor, inPieces(noise), job)
    for (const { descriptor } of [whole, odd]) assert.ok(await place.store.has(descriptor, job))
    assert.deepEqual(await indexed(place), [])
  })

  test('leave no index where their bytes are others than was said, or the job is cancelled', async () => {
    await using place = await temporaryStore()
    await using sink = indexingSink(place.store, layersOf(place))
    const bytes = gzipSync(tar)
    const { descriptor } = contentOf(gzipSync(Buffer.from('something else')), mediaTypes.ociLayerGzip)
    const lying = { ...descriptor, size: bytes.length }
    await assert.rejects(sink.write(lying, inPieces(bytes), job), { code: 'digest-mismatch' })
    const controller = new AbortController()
    const cancelling: OpenContent = async () =>
      (async function* () {
        yield bytes.subarray(0, 2000)
        controller.abort(new Error('enough'))
        yield bytes.subarray(2000)
      })()
    const own = contentOf(bytes, mediaTypes.ociLayerGzip)
    await assert.rejects(sink.write(own.descriptor, cancelling, withSignal(job, controller.signal)), /enough/)
    assert.deepEqual(await indexed(place), [])
  })
})
