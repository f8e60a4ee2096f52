import { platformOfConfig, type ImageConfig } from '../../image/config.ts'
import type { ContentSource } from '../../image/content.ts'
import type { Descriptor, Platform } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { joinHistory, type HistoryLine } from '../../image/history.ts'
import { readManifest, type ImageIndex, type ImageManifest, type RawManifest } from '../../image/manifest.ts'
import { isManifestMediaType } from '../../image/media-type.ts'
import { formatPlatform, hostPlatform, isAttestation, selectPlatform } from '../../image/platform.ts'
import type { Job } from '../../std/job.ts'
import { isRunnable, readConfig } from './summary.ts'

/** What `wherry inspect` tells about an image. */
export interface Inspection {
  /** What the reference names. */
  readonly top: RawManifest
  /** The manifest that was chosen from it; the same, if it names no index. */
  readonly manifest: ImageManifest
  readonly descriptor: Descriptor
  /** Undefined for an artifact, as is everything that comes from it. */
  readonly config: ImageConfig | undefined
  readonly platform: string | undefined
  readonly lines: readonly HistoryLine[]
}

/** What an index offers, for the overview. */
export interface OfferedPlatform {
  readonly platform: string
  readonly digest: Digest
}

/**
 * Reads the documents of an image.
 *
 * @param platform which image of an index; unless told, this machine's, or else the first that there is.
 * @throws ImageError `no-platform`, `bad-document`, `not-found`, …
 */
export async function inspectImage(
  source: ContentSource,
  root: Descriptor,
  platform: Platform | undefined,
  job: Job,
): Promise<Inspection> {
  const top = await readManifest(source, root, job)
  const { descriptor, manifest } = await chooseManifest(source, top, platform, job)
  if (!isRunnable(manifest)) {
    const lines = manifest.layers.map((layer) => ({
      createdBy: undefined,
      created: undefined,
      layer,
      diffId: undefined,
    }))
    return { top, descriptor, manifest, config: undefined, platform: undefined, lines }
  }
  const config = await readConfig(source, manifest, job)
  const lines = joinHistory(manifest.layers, config.rootfs.diff_ids, config.history ?? [])
  return { top, descriptor, manifest, config, platform: formatPlatform(platformOfConfig(config)), lines }
}

/** The images that an index lists, without attestations. */
export function offeredPlatforms(index: ImageIndex): readonly OfferedPlatform[] {
  return imageEntries(index).map(({ platform, digest }) => ({
    platform: platform === undefined ? 'unknown' : formatPlatform(platform),
    digest,
  }))
}

function imageEntries(index: ImageIndex): readonly Descriptor[] {
  return index.manifests.filter((entry) => isManifestMediaType(entry.mediaType) && !isAttestation(entry))
}

const indexDepthMax = 4

async function chooseManifest(
  source: ContentSource,
  top: RawManifest,
  platform: Platform | undefined,
  job: Job,
): Promise<{ readonly descriptor: Descriptor; readonly manifest: ImageManifest }> {
  let raw = top
  for (let depth = 0; depth < indexDepthMax; depth += 1) {
    if (raw.document.kind === 'image') return { descriptor: raw.descriptor, manifest: raw.document }
    raw = await readManifest(source, chooseEntry(raw.document, platform), job)
  }
  throw new ImageError('too-large', `${top.descriptor.digest}: indexes are nested more than ${indexDepthMax} deep`)
}

function chooseEntry(index: ImageIndex, platform: Platform | undefined): Descriptor {
  if (platform !== undefined) return selectPlatform(index, platform)
  try {
    return selectPlatform(index, hostPlatform())
  } catch (error) {
    const [first] = imageEntries(index)
    if (first === undefined || !(error instanceof ImageError)) throw error
    return first
  }
}
