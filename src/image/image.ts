import { decompress } from '../archive/compression.ts'
import type { ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import { parseImageConfig, type ImageConfig } from './config.ts'
import type { ContentSource } from './content.ts'
import type { Descriptor, Platform } from './descriptor.ts'
import type { Digest } from './digest.ts'
import { ImageError } from './errors.ts'
import { readDocument, readManifest, type ImageManifest } from './manifest.ts'
import { layerCompression } from './media-type.ts'
import { selectPlatform } from './platform.ts'
import { verified } from './verify.ts'

/** One layer of an image: what it is called compressed and uncompressed, and its bytes. */
export interface Layer {
  readonly descriptor: Descriptor
  /** The digest of the uncompressed tar. */
  readonly diffId: Digest
  /** The uncompressed tar. The compressed bytes are checked against the descriptor on the way; the tar is not checked. */
  openTar(job: Job): ByteStream
}

/** An image as a plain value: its JSON is all here, only the bytes of layers are fetched when they are asked for. */
export interface Image {
  readonly descriptor: Descriptor
  readonly manifest: ImageManifest
  readonly config: ImageConfig
  readonly layers: readonly Layer[]
}

/** An index in an index in an index: more is not made by any tool. */
const indexDepthMax = 4

/**
 * Loads an image's documents.
 *
 * @param descriptor of its manifest, or of an index, from which the best entry for `platform` is taken.
 * @throws ImageError `bad-document`, `no-platform`, `unsupported` for an artifact, and whatever {@link readManifest} throws.
 */
export async function loadImage(
  source: ContentSource,
  descriptor: Descriptor,
  platform: Platform,
  job: Job,
): Promise<Image> {
  const { descriptor: found, manifest } = await findManifest(source, descriptor, platform, job)
  const configBytes = await readDocument(source, manifest.config, `config ${manifest.config.digest}`, job)
  if (manifest.layers.some((layer) => layerCompression(layer.mediaType) === undefined)) {
    throw new ImageError('unsupported', `${found.digest} is an artifact, not an image`, {
      hint: `Its type is ${manifest.artifactType ?? manifest.config.mediaType}.`,
    })
  }
  const config = parseImageConfig(configBytes, `config ${manifest.config.digest}`)
  const diffIds = config.rootfs.diff_ids
  if (diffIds.length !== manifest.layers.length) {
    throw new ImageError(
      'bad-document',
      `config ${manifest.config.digest}: rootfs.diff_ids: ${diffIds.length} entries for ${manifest.layers.length} layers`,
    )
  }
  const layers = diffIds.flatMap((diffId, index) => {
    const layer = manifest.layers[index]
    return layer === undefined ? [] : [layerAt(source, layer, diffId)]
  })
  return { descriptor: found, manifest, config, layers }
}

async function findManifest(
  source: ContentSource,
  start: Descriptor,
  platform: Platform,
  job: Job,
): Promise<{ readonly descriptor: Descriptor; readonly manifest: ImageManifest }> {
  let descriptor = start
  for (let depth = 0; depth <= indexDepthMax; depth += 1) {
    const { document } = await readManifest(source, descriptor, job)
    if (document.kind === 'image') return { descriptor, manifest: document }
    descriptor = selectPlatform(document, platform)
  }
  throw new ImageError('too-large', `${start.digest}: indexes are nested more than ${indexDepthMax} deep`)
}

/** A layer whose bytes lie at a source. */
export function layerAt(source: ContentSource, descriptor: Descriptor, diffId: Digest): Layer {
  return {
    descriptor,
    diffId,
    async *openTar(job) {
      const compression = layerCompression(descriptor.mediaType) ?? 'none'
      const bytes = await source.open(descriptor, job)
      yield* decompress(source.checksContent === true ? bytes : verified(bytes, descriptor), compression, job)
    },
  }
}
