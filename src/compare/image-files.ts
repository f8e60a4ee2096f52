import { posix } from 'node:path'
import type { FileEntry } from '../filetree/file-entry.ts'
import { InodeSet } from '../filetree/file-identity.ts'
import type { FileTree } from '../filetree/file-tree.ts'
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

/** The files of an image that lie in one place. */
export interface ImageFiles {
  /** The folder that they lie in. */
  readonly root: FolderSum
  readonly count: number
  /** Walked through anew each time: a list of them might take more memory than all else. */
  readonly files: Iterable<OwnFile>
}

/** The files under an entry of an image, or that entry alone, and the sums of its folders. */
export function imageFiles(
  { image, tree }: ImageWithTree,
  { path: under, kind }: Pick<FileEntry, 'path' | 'kind'>,
): ImageFiles {
  const folder = kind === 'directory' ? under : posix.dirname(under)
  const sums = new FolderSums(tree, tree, folder)
  let count = 0
  for (const entry of tree.entries(under)) {
    if (entry.path !== folder) sums.add('after', entry)
    if (entry.kind !== 'directory') count += 1
  }
  const instructions = layerInstructions(image)
  return { root: sums.root(), count, files: { [Symbol.iterator]: () => filesUnder(tree, under, instructions) } }
}

function* filesUnder(tree: FileTree, under: string, instructions: readonly string[]): Generator<OwnFile> {
  const inodes = new InodeSet(tree)
  for (const entry of tree.entries(under)) {
    if (entry.kind === 'directory') continue
    const { path, layer } = entry
    const sizeBytes = inodes.add(entry) ? entry.storedBytes : 0
    yield { path, sizeBytes, layer, instruction: instructions[layer] ?? '' }
  }
}
