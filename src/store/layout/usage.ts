import type { Descriptor } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import type { Job } from '../../std/job.ts'
import { listBlobs } from './blob-list.ts'
import { walkContent } from './graph.ts'
import { readEntries } from './index-file.ts'
import type { LayoutPaths } from './paths.ts'

/** What an image takes on disk. */
export interface ImageUsage {
  readonly descriptor: Descriptor
  /** All that it reaches: each blob once. */
  readonly sizeBytes: number
  /** What no other image reaches: what would be won by removing it. */
  readonly unsharedBytes: number
}

export interface StoreUsage {
  /** One for each manifest or index that is listed, whether it has one name, many or none. */
  readonly images: ReadonlyMap<Digest, ImageUsage>
  /** All blobs, also those that nothing refers to. */
  readonly totalBytes: number
}

/** What an image or index takes on disk, in bytes, with everything that it points to and that is here. */
export async function sizeOnDisk(paths: LayoutPaths, descriptor: Descriptor, job: Job): Promise<number> {
  const { blobs } = await walkContent(paths, [descriptor], job)
  return sumOfSizes(blobs.values())
}

export async function measureUsage(paths: LayoutPaths, job: Job): Promise<StoreUsage> {
  const reached = new Map<Digest, { readonly entry: Descriptor; readonly blobs: ReadonlyMap<Digest, Descriptor> }>()
  const uses = new Map<Digest, number>()
  for (const entry of await readEntries(paths)) {
    if (reached.has(entry.digest)) continue
    const { blobs } = await walkContent(paths, [entry], job)
    reached.set(entry.digest, { entry, blobs })
    for (const digest of blobs.keys()) uses.set(digest, (uses.get(digest) ?? 0) + 1)
  }
  const images = new Map<Digest, ImageUsage>()
  for (const [digest, { entry, blobs }] of reached) {
    const unshared = [...blobs.values()].filter((blob) => uses.get(blob.digest) === 1)
    images.set(digest, {
      descriptor: entry,
      sizeBytes: sumOfSizes(blobs.values()),
      unsharedBytes: sumOfSizes(unshared),
    })
  }
  let totalBytes = 0
  for await (const { sizeBytes } of listBlobs(paths)) totalBytes += sizeBytes
  return { images, totalBytes }
}

function sumOfSizes(descriptors: Iterable<Descriptor>): number {
  let sum = 0
  for (const { size } of descriptors) sum += size
  return sum
}
