import { join } from 'node:path'
import { strictObject } from 'valibot'
import { compress, type CompressOptions } from '../../archive/compress.ts'
import type { BlobIngester, ContentSink, ContentSource } from '../../image/content.ts'
import { descriptorSchema, type Descriptor } from '../../image/descriptor.ts'
import { digestHex, DigestHasher, shortDigest, type Digest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { layerAt, type Layer } from '../../image/image.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { readRecordFile, writeRecordFile } from '../options/record-file.ts'

/** Where converted layers go. */
export interface ConversionFolders {
  readonly store: ContentSource & ContentSink & BlobIngester
  readonly cacheFolder: string
}

const layerTypes = { none: mediaTypes.ociLayer, gzip: mediaTypes.ociLayerGzip, zstd: mediaTypes.ociLayerZstd } as const

const recordSchema = strictObject({ descriptor: descriptorSchema })

/**
 * The same layer in another compression, in the store. What became of it is remembered by diff ID, format and level, so that
 * a layer is converted once.
 *
 * @throws ImageError `digest-mismatch` when the layer is not what its diff ID says; BuildError `build-cache-unusable`
 */
export async function convertLayer(
  layer: Layer,
  options: CompressOptions,
  { store, cacheFolder }: ConversionFolders,
  job: Job,
): Promise<Layer> {
  const { format, level } = options
  const name = `${digestHex(layer.diffId)}-${format}${level === undefined ? '' : `-${level}`}.json`
  const record = join(cacheFolder, 'converted-layers', name)
  const known = await readRecordFile(record, recordSchema)
  if (known !== undefined && (await store.has(known.descriptor, job))) {
    return layerAt(store, known.descriptor, layer.diffId)
  }
  const descriptor = await asTask(layer, options, job, () => compressInto(layer, options, store, job))
  await writeRecordFile(record, { descriptor })
  return layerAt(store, descriptor, layer.diffId)
}

async function asTask<Result>(
  layer: Layer,
  { format }: CompressOptions,
  job: Job,
  work: () => Promise<Result>,
): Promise<Result> {
  const id = `convert ${layer.descriptor.digest} ${format}`
  const title = `converting ${shortDigest(layer.descriptor.digest)} to ${format === 'none' ? 'a plain tar' : format}`
  job.emit({ type: 'task-started', id, title, totalBytes: undefined })
  try {
    const result = await work()
    job.emit({ type: 'task-done', id, outcome: 'converted' })
    return result
  } catch (error) {
    job.emit({ type: 'task-failed', id, message: errorMessage(error) })
    throw error
  }
}

async function compressInto(
  layer: Layer,
  options: CompressOptions,
  store: ConversionFolders['store'],
  job: Job,
): Promise<Descriptor> {
  const hasher = new DigestHasher()
  const checked = async function* (): AsyncGenerator<Uint8Array> {
    yield* compress(layer.openTar(job), options, job, (bytes) => hasher.update(bytes))
    checkDiffId(layer, hasher.digest())
  }
  return await store.ingest(layerTypes[options.format], checked(), job)
}

/** Before the blob gets its name: nothing is kept of a layer that is another than its config says. */
function checkDiffId(layer: Layer, actual: Digest): void {
  if (actual === layer.diffId) return
  throw new ImageError('digest-mismatch', `the layer ${layer.descriptor.digest} unpacks to ${actual}`, {
    hint: `The image's config says ${layer.diffId}: its maker made a mistake, or it was tampered with.`,
  })
}
