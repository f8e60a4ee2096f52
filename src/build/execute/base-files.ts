import type { ContentSink, ContentSource } from '../../image/content.ts'
import { copyBlob } from '../../image/copy.ts'
import { layerAt, type Layer } from '../../image/image.ts'
import type { ByteStream } from '../../std/bytes.ts'
import { forEachConcurrently } from '../../std/concurrency.ts'
import type { Job } from '../../std/job.ts'
import { scratchDigest } from '../cache/step-key.ts'
import type { ResolvedImage } from '../plan/resolve-build.ts'
import { fetchedTar } from './fetched-tar.ts'
import type { StageFiles } from './stage-files.ts'

/** No files at all. */
export const emptyFiles: StageFiles = { chain: scratchDigest, layers: [], base: undefined }

/** The files of an image. Nothing is fetched before somebody reads a layer; then it goes into the store, too. */
export function filesOfImage(base: ResolvedImage, store: ContentSource & ContentSink): StageFiles {
  const { image, source } = base
  const layers = image.layers.map((layer) => storedLayer(layer, source, store))
  return { chain: image.descriptor.digest, layers, base }
}

function storedLayer({ descriptor, diffId }: Layer, source: ContentSource, store: ContentSource & ContentSink): Layer {
  const stored = layerAt(store, descriptor, diffId)
  const openTar = async function* (job: Job): ByteStream {
    const isThere = await store.has(descriptor, job)
    yield* isThere ? stored.openTar(job) : fetchedTar({ descriptor, diffId }, source, store, job)
  }
  return { descriptor, diffId, openTar }
}

/** Brings what is missing of the image that files begin with into the store. */
export async function storeBase({ base }: StageFiles, store: ContentSource & ContentSink, job: Job): Promise<void> {
  if (base === undefined) return
  await forEachConcurrently(base.image.layers, job.limits.transfersMax, job, (layer, inner) =>
    storeLayer(layer, base.source, store, inner),
  )
}

async function storeLayer(
  { descriptor }: Pick<Layer, 'descriptor'>,
  source: ContentSource,
  store: ContentSink,
  job: Job,
): Promise<void> {
  if (!(await store.has(descriptor, job))) await copyBlob(source, store, descriptor, job)
}
