import { parseImageConfig, platformOfConfig, type ImageConfig } from '../../image/config.ts'
import type { ContentSource } from '../../image/content.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { readDocument, readManifest, type ImageIndex, type ImageManifest } from '../../image/manifest.ts'
import { isManifestMediaType, layerCompression } from '../../image/media-type.ts'
import { formatPlatform, isAttestation } from '../../image/platform.ts'
import type { Job } from '../../std/job.ts'

/** What a list tells about an image. */
export interface ImageSummary {
  readonly kind: 'image' | 'index' | 'artifact'
  /** Of an index: those whose images are really there. */
  readonly platforms: readonly string[]
  /** As the config says, or of an index the newest. */
  readonly created: string | undefined
  readonly labels: Readonly<Record<string, string>>
  /** Docker's image ID. Of a single image only. */
  readonly configDigest: Digest | undefined
}

/**
 * Reads what a list tells about an image.
 *
 * @throws ImageError and whatever the source throws; parts of an index that are not there are left out.
 */
export async function summarizeImage(source: ContentSource, descriptor: Descriptor, job: Job): Promise<ImageSummary> {
  const { document } = await readManifest(source, descriptor, job)
  return document.kind === 'image' ? summarizeManifest(source, document, job) : summarizeIndex(source, document, job)
}

/** Whether a manifest is an image that can be run, and not some other artifact. */
export function isRunnable(manifest: ImageManifest): boolean {
  return manifest.layers.every((layer) => layerCompression(layer.mediaType) !== undefined) && hasImageConfig(manifest)
}

function hasImageConfig(manifest: ImageManifest): boolean {
  return (
    manifest.artifactType === undefined &&
    /\.(?:image\.config|container\.image)\.v1\+json$/.test(manifest.config.mediaType)
  )
}

/** The config of a runnable image. */
export async function readConfig(source: ContentSource, manifest: ImageManifest, job: Job): Promise<ImageConfig> {
  const what = `config ${manifest.config.digest}`
  return parseImageConfig(await readDocument(source, manifest.config, what, job), what)
}

async function summarizeManifest(source: ContentSource, manifest: ImageManifest, job: Job): Promise<ImageSummary> {
  const configDigest = manifest.config.digest
  if (!isRunnable(manifest)) {
    return { kind: 'artifact', platforms: [], created: undefined, labels: manifest.annotations ?? {}, configDigest }
  }
  const config = await readConfig(source, manifest, job)
  return {
    kind: 'image',
    platforms: [formatPlatform(platformOfConfig(config))],
    created: config.created,
    labels: config.config?.Labels ?? {},
    configDigest,
  }
}

async function summarizeIndex(source: ContentSource, index: ImageIndex, job: Job): Promise<ImageSummary> {
  const parts: ImageSummary[] = []
  for (const entry of index.manifests) {
    if (!isManifestMediaType(entry.mediaType) || isAttestation(entry)) continue
    try {
      parts.push(await summarizeImage(source, entry, job))
    } catch (error) {
      if (!(error instanceof ImageError) || error.code !== 'not-found') throw error
    }
  }
  return {
    kind: 'index',
    platforms: [...new Set(parts.flatMap((part) => part.platforms))],
    created: newest(parts.map((part) => part.created)),
    labels: Object.assign({}, ...parts.map((part) => part.labels)),
    configDigest: undefined,
  }
}

function newest(dates: readonly (string | undefined)[]): string | undefined {
  return dates
    .filter((date) => date !== undefined)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1)
}
