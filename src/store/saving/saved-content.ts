import type { ContentSource } from '../../image/content.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import { childrenOf, readManifest, type RawManifest } from '../../image/manifest.ts'
import { isManifestMediaType } from '../../image/media-type.ts'
import type { Job } from '../../std/job.ts'

/** All that some images are made of. Manifests and indexes are in memory; everything else is still at its source. */
export interface SavedContent {
  readonly manifests: ReadonlyMap<Digest, RawManifest>
  readonly blobs: ReadonlyMap<Digest, Descriptor>
}

/** @throws ImageError `not-found`, `bad-document`, … */
export async function collectContent(
  source: ContentSource,
  roots: readonly Descriptor[],
  job: Job,
): Promise<SavedContent> {
  const manifests = new Map<Digest, RawManifest>()
  const blobs = new Map<Digest, Descriptor>()
  const open = [...roots]
  for (let descriptor = open.pop(); descriptor !== undefined; descriptor = open.pop()) {
    const { digest, mediaType } = descriptor
    if (!isManifestMediaType(mediaType)) {
      blobs.set(digest, descriptor)
    } else if (!manifests.has(digest)) {
      const raw = await readManifest(source, descriptor, job)
      manifests.set(digest, raw)
      open.push(...childrenOf(raw.document))
    }
  }
  return { manifests, blobs }
}
