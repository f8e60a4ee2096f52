import type { Descriptor } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { readManifest } from '../../image/manifest.ts'
import { isManifestMediaType } from '../../image/media-type.ts'
import type { Job } from '../../std/job.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import { isRunnable, readConfig } from './summary.ts'

/** The diff IDs of the layers of every image in the store: what a cache of layers may still be asked for. */
export async function storedDiffIds(store: LayoutStore, job: Job): Promise<ReadonlySet<Digest>> {
  const diffIds = new Set<Digest>()
  const seen = new Set<Digest>()
  const waiting: Descriptor[] = (await store.references()).map((image) => image.descriptor)
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next.digest)) continue
    seen.add(next.digest)
    try {
      const { document } = await readManifest(store, next, job)
      if (document.kind === 'index') {
        waiting.push(...document.manifests.filter((entry) => isManifestMediaType(entry.mediaType)))
      } else if (isRunnable(document)) {
        for (const diffId of (await readConfig(store, document, job)).rootfs.diff_ids) diffIds.add(diffId)
      }
    } catch (error) {
      // An index may list images that were never brought here.
      if (!(error instanceof ImageError) || error.code !== 'not-found') throw error
    }
  }
  return diffIds
}
