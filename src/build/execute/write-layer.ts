import { compress } from '../../archive/compress.ts'
import { DigestHasher } from '../../image/digest.ts'
import { layerAt, type Layer } from '../../image/image.ts'
import { mediaTypes } from '../../image/media-type.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { BuildRequest } from '../build-request.ts'
import type { PackedBlocks } from '../cache/packed-blocks.ts'
import type { BuildMachinery } from './execution.ts'

const layerTypes = {
  none: mediaTypes.ociLayer,
  gzip: mediaTypes.ociLayerGzip,
  zstd: mediaTypes.ociLayerZstd,
} as const

/** Compresses a layer's tar into the store, in one pass. @param packed what is known of blocks, and is told of these */
export async function writeLayer(
  tar: ByteStream,
  compression: BuildRequest['compression'],
  { store }: Pick<BuildMachinery, 'store'>,
  job: Job,
  packed?: PackedBlocks,
): Promise<Layer> {
  const hasher = new DigestHasher()
  const options = { ...compression, memory: packed }
  const compressed = compress(tar, options, job, (bytes) => hasher.update(bytes))
  const descriptor = await store.ingest(layerTypes[compression.format], compressed, job)
  await packed?.save(descriptor)
  return layerAt(store, descriptor, hasher.digest())
}
