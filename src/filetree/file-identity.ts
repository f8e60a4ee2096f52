import { assert } from '../std/assert.ts'
import type { FileAttributes, FileEntry } from './file-entry.ts'
import type { FileTree } from './file-tree.ts'
import { RowAttributes } from './index/row-attributes.ts'
import { entriesMax } from './tree/tree-entry.ts'

/** Whether two files have the same content; false for what is no file. Much faster than comparing the text of their digests. */
export function haveSameContent(one: FileAttributes, other: FileAttributes): boolean {
  return rowOf(one).hasContentOf(rowOf(other))
}

/** Tells the files of one tree by their inodes: which of several hard links is met first. */
export class InodeSet {
  /** For each layer a byte for each entry. */
  readonly #isThere: readonly Uint8Array[]

  constructor({ layers }: Pick<FileTree, 'layers'>) {
    this.#isThere = layers.map(({ index }) => new Uint8Array(index.entryCount))
  }

  /** @returns whether it was not there yet. */
  add({ layer, inode }: Pick<FileEntry, 'layer' | 'inode'>): boolean {
    const ofLayer = this.#isThere[layer]
    const number = inode - layer * entriesMax
    if (ofLayer === undefined || ofLayer[number] !== 0) return false
    ofLayer[number] = 1
    return true
  }
}

/** Tells files by their content. */
export class ContentSet {
  /** By the first bytes of the digest; with another content in that place, by the next number that is free. */
  readonly #files = new Map<number, RowAttributes>()

  /** @returns whether no file with this content was there yet. */
  add(file: FileAttributes): boolean {
    const row = rowOf(file)
    for (let key = row.digestStart; ; key += 1) {
      const known = this.#files.get(key)
      if (known === undefined) {
        // Its path would stay with it.
        this.#files.set(key, row.withoutPath())
        return true
      }
      if (known.hasContentOf(row)) return false
    }
  }
}

function rowOf(file: FileAttributes): RowAttributes {
  assert(file instanceof RowAttributes, 'an entry that no file tree has made')
  return file
}
