import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { file, layerOfTar, tarOf } from '../../../test/support/layers.ts'
import { indexLayer } from '../../filetree/index-layer.ts'
import { createJob, withSignal, type Job } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { createLayerReader, type LayerReader, type LayerReading } from './layer-reader.ts'
import { IndexingThread } from './threaded-reader.ts'

const job = createJob()
/** Several pieces, so that some are on their way while others are read. */
const tar = await tarOf(
  Array.from({ length: 40 }, (_, name) => file(`file-${name}`, randomBytes(100_000).toString('hex'))),
)
const bytes = gzipSync(tar)

/** Opens readers as often as it is called. */
type Open = (reading: LayerReading, job: Job) => LayerReader

async function pushAll(reader: LayerReader, whole: Uint8Array): Promise<void> {
  for (let at = 0; at < whole.length; at += 70_000) await reader.push(whole.subarray(at, at + 70_000))
}

/** The layers that have an index, and no more than they. */
async function indexed(directory: string): Promise<readonly string[]> {
  assert.deepEqual(await readdir(join(directory, 'temporary')).catch(() => []), [])
  return await readdir(join(directory, 'sha256')).catch(() => [])
}

const forms: readonly (readonly [name: string, withOpen: (use: (open: Open) => Promise<void>) => Promise<void>])[] = [
  ['this thread', (use) => use(createLayerReader)],
  [
    'a thread of its own',
    async (use) => {
      await using thread = new IndexingThread()
      await use((reading, inner) => thread.read(reading, inner))
    },
  ],
]

for (const [name, withOpen] of forms) {
  describe(`a layer that is read in ${name}`, () => {
    test('need not be read again when it is finished', () =>
      withOpen(async (open) => {
        await using place = await temporaryDirectory()
        await using reader = open({ directory: place.path, compression: 'gzip' }, job)
        await pushAll(reader, bytes)
        reader.end()
        await reader.finish()
        const layer = { ...layerOfTar(tar), openTar: () => assert.fail('it was read again') }
        await using opened = await indexLayer(layer, place.path, job)
        assert.equal(opened.index.get('/file-39')?.sizeBytes, 200_000)
        assert.equal((await indexed(place.path)).length, 1)
      }))

    test('leaves nothing when it is not finished, is cut short, or is something else', () =>
      withOpen(async (open) => {
        await using place = await temporaryDirectory()
        const reading = { directory: place.path, compression: 'gzip' } as const
        {
          await using unfinished = open(reading, job)
          await pushAll(unfinished, bytes)
          unfinished.end()
        }
        for (const other of [bytes.subarray(0, 500_000), randomBytes(1_000_000)]) {
          await using reader = open(reading, job)
          await pushAll(reader, other)
          reader.end()
          await reader.finish()
        }
        assert.deepEqual(await indexed(place.path), [])
      }))

    test('is refused where it is larger than the limits, and is given up with its job', () =>
      withOpen(async (open) => {
        await using place = await temporaryDirectory()
        const reading = { directory: place.path, compression: 'gzip' } as const
        const controller = new AbortController()
        const cases = [
          { inner: createJob({ limits: { ...job.limits, layerBytesMax: 1_000_000 } }), meanwhile: () => undefined },
          { inner: withSignal(job, controller.signal), meanwhile: () => controller.abort() },
        ]
        for (const { inner, meanwhile } of cases) {
          await using reader = open(reading, inner)
          await reader.push(bytes.subarray(0, 600_000))
          meanwhile()
          await pushAll(reader, bytes.subarray(600_000))
          reader.end()
        }
        assert.deepEqual(await indexed(place.path), [])
      }))

    test('is read beside others', () =>
      withOpen(async (open) => {
        await using place = await temporaryDirectory()
        const layers = [0, 1, 2].map(async (mark) => {
          const own = await tarOf([file('mark', String(mark)), file('noise', randomBytes(1_000_000))])
          await using reader = open({ directory: place.path, compression: 'none' }, job)
          await pushAll(reader, own)
          reader.end()
          await reader.finish()
          await using opened = await indexLayer(layerOfTar(own), place.path, job)
          const entry = opened.index.get('/mark')
          assert(entry !== undefined)
          assert.equal(Buffer.from(await opened.read(entry, 10)).toString(), String(mark))
        })
        await Promise.all(layers)
        assert.equal((await indexed(place.path)).length, 3)
      }))
  })
}

test('a layer whose thread has ended is not indexed, and nobody waits for it', async () => {
  await using place = await temporaryDirectory()
  await using thread = new IndexingThread()
  await using reader = thread.read({ directory: place.path, compression: 'gzip' }, job)
  await reader.push(bytes.subarray(0, 600_000))
  await thread[Symbol.asyncDispose]()
  await pushAll(reader, bytes.subarray(600_000))
  reader.end()
  await reader.finish()
  assert.deepEqual(await readdir(join(place.path, 'sha256')).catch(() => []), [])
})
