import { posix } from 'node:path'
import type { FileEntry } from '../filetree/file-entry.ts'
import { InodeSet } from '../filetree/file-identity.ts'
import { FolderSums, type FolderSum } from './differences/folder-sums.ts'
import type { ImageWithTree } from './measurable-image.ts'
import { layerInstructions } from './waste.ts'

/** A file of an image: everything but folders. */
export interface OwnFile {
  readonly path: string
  /** What it takes; of several hard links, the first. */
  readonly sizeBytes: number
  /** Counted from the lowest, 0. */
  readonly layer: number
  /** The line of the Dockerfile that made the layer, as far as the history tells it. */
  readonly instruction: string
}

/** The files under an entry of an image, or that entry alone, and the sums of its folders. */
export function imageFiles(
  { image, tree }: ImageWithTree,
  { path: under, kind }: Pick<FileEntry, 'path' | 'kind'>,
): { readonly root: FolderSum; readonly files: readonly OwnFile[] } {
  const instructions = layerInstructions(image)
  const folder = kind === 'directory' ? under : posix.dirname(under)
  const sums = new FolderSums(tree, tree, folder)
  const inodes = new InodeSet(tree)
  const files: OwnFile[] = []
  for (const entry of tree.entries(under)) {
    const { path, layer } = entry
    if (path !== folder) sums.add('after', entry)
    if (entry.kind === 'directory') continue
    const sizeBytes = inodes.add(entry) ? entry.storedBytes : 0
    files.push({ path, sizeBytes, layer, instruction: instructions[layer] ?? '' })
  }
  return { root: sums.root(), files }
}
