import type { ContentSource } from '../../image/content.ts'
import type { CopyOptions } from '../../image/copy.ts'
import type { Descriptor, Platform } from '../../image/descriptor.ts'
import { ImageError } from '../../image/errors.ts'
import { readManifest } from '../../image/manifest.ts'
import { formatPlatform, isAttestation } from '../../image/platform.ts'
import type { Job } from '../../std/job.ts'

/**
 * Which platforms of an image an archive really has. Docker saves the whole index of an image of which it has pulled one
 * platform; loading takes what there is, and says what there is not.
 */
export async function presentPlatforms(
  source: ContentSource,
  root: Descriptor,
  job: Job,
): Promise<CopyOptions['platforms']> {
  const { document } = await readManifest(source, root, job)
  if (document.kind === 'image') return 'all'
  const present: Platform[] = []
  const missing: Platform[] = []
  for (const entry of document.manifests) {
    if (entry.platform === undefined || isAttestation(entry)) continue
    const list = (await isThere(source, entry, job)) ? present : missing
    list.push(entry.platform)
  }
  const [first, ...others] = present
  if (missing.length === 0 || first === undefined) return 'all'
  const message = `not in the archive, and left out: ${missing.map(formatPlatform).join(', ')}`
  job.emit({ type: 'notice', level: 'warning', message })
  return [first, ...others]
}

async function isThere(source: ContentSource, descriptor: Descriptor, job: Job): Promise<boolean> {
  try {
    await readManifest(source, descriptor, job)
    return true
  } catch (error) {
    if (error instanceof ImageError && error.code === 'not-found') return false
    throw error
  }
}
