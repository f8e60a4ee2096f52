import { compress } from '../../archive/compress.ts'
import { LayerIndexer } from '../../filetree/layer-indexer.ts'
import type { BlobIngester, ContentSource } from '../../image/content.ts'
import { DigestHasher } from '../../image/digest.ts'
import { layerAt, type Layer } from '../../image/image.ts'
import { mediaTypes } from '../../image/media-type.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { BuildRequest } from '../build-request.ts'
import type { PackedBlocks } from '../cache/packed-blocks.ts'

const layerTypes = {
  none: mediaTypes.ociLayer,
  gzip: mediaTypes.ociLayerGzip,
  zstd: mediaTypes.ociLayerZstd,
} as const

/** Where a layer goes, and in what form. */
export interface LayerPlace {
  readonly store: ContentSource & BlobIngester
  readonly compression: BuildRequest['compression']
  /** The cache folder of layer indexes, for a layer that is looked into next; undefined for one that may never be. */
  readonly indexDirectory?: string | undefined
  /** What is known of the layer's blocks, and is told of these. */
  readonly packed?: PackedBlocks
}

/** Compresses a layer's tar into the store, and indexes it, in one pass. */
export async function writeLayer(tar: ByteStream, place: LayerPlace, job: Job): Promise<Layer> {
  const { store, compression, indexDirectory, packed } = place
  await using indexer =
    indexDirectory === undefined ? undefined : await LayerIndexer.begin(indexDirectory, 'the new layer', job)
  const hasher = new DigestHasher()
  const source = indexer === undefined ? tar : indexer.passOn(tar)
  const compressed = compress(source, { ...compression, memory: packed }, job, (bytes) => hasher.update(bytes))
  const descriptor = await store.ingest(layerTypes[compression.format], compressed, job)
  const diffId = hasher.digest()
  const index = await indexer?.finish(diffId)
  await index?.tar[Symbol.asyncDispose]()
  await packed?.save(descriptor)
  return layerAt(store, descriptor, diffId)
}
