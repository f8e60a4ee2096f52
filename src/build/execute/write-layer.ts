import { compressLayer } from '../../archive/compress.ts'
import { layerAt, type Layer } from '../../image/image.ts'
import { mediaTypes } from '../../image/media-type.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { BuildRequest } from '../build-request.ts'
import type { BuildMachinery } from './execution.ts'

const layerTypes = {
  none: mediaTypes.ociLayer,
  gzip: mediaTypes.ociLayerGzip,
  zstd: mediaTypes.ociLayerZstd,
} as const

/** Compresses a layer's tar into the store, in one pass. */
export async function writeLayer(
  tar: ByteStream,
  compression: BuildRequest['compression'],
  { store }: Pick<BuildMachinery, 'store'>,
  job: Job,
): Promise<Layer> {
  const { format, level } = compression
  const packed = compressLayer(tar, { format, ...(level === undefined ? {} : { level }) }, job)
  const descriptor = await store.ingest(layerTypes[format], packed.bytes, job)
  return layerAt(store, descriptor, `sha256:${packed.sums().tar.sha256}`)
}
