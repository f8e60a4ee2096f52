import { DebianError } from '../debian/errors.ts'
import type { FileEntry } from '../filetree/file-entry.ts'
import type { FileTree } from '../filetree/file-tree.ts'
import type { Image } from '../image/image.ts'
import type { ImagePackage } from '../scan/image-package.ts'
import { readImagePackages } from '../scan/image-packages.ts'
import type { Job } from '../std/job.ts'

/** An image and its files. */
export interface ImageWithTree {
  readonly image: Pick<Image, 'config' | 'layers'>
  readonly tree: FileTree
}

/** An image that was looked into, once for all that is counted and compared. */
export interface MeasurableImage extends ImageWithTree {
  /** All of the tree, in its order: walked through anew each time, since a list of them would take more memory than all else. */
  readonly entries: Iterable<FileEntry>
  /** Or why they cannot be read: a damaged database is a fact about the image; all else about it is true all the same. */
  readonly packages: readonly ImagePackage[] | DebianError
}

/** Walks through an image's files and reads its packages. @throws FileTreeError `damaged-cache` */
export async function lookInto(image: MeasurableImage['image'], tree: FileTree, job: Job): Promise<MeasurableImage> {
  const entries = { [Symbol.iterator]: () => tree.entries()[Symbol.iterator]() }
  return { image, tree, entries, packages: await packagesOf(tree, entries, job) }
}

async function packagesOf(
  tree: FileTree,
  entries: Iterable<FileEntry>,
  job: Job,
): Promise<MeasurableImage['packages']> {
  try {
    return await readImagePackages(tree, job, entries)
  } catch (error) {
    if (error instanceof DebianError) return error
    throw error
  }
}
