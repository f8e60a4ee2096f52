import type { Digest } from '../../image/digest.ts'
import type { FileEntry, FileKind } from '../file-entry.ts'
import { RowAttributes } from '../index/row-attributes.ts'
import type { LayerIndex } from '../layer-index.ts'
import type { Merged } from './merge.ts'

/** What tells the entries of one layer from those of another in an inode's number. */
export const entriesMax = 2 ** 32

class TreeEntry extends RowAttributes implements FileEntry {
  readonly path: string
  readonly kind: FileKind
  readonly layer: number
  readonly #index: LayerIndex

  constructor(path: string, kind: FileKind, layer: number, index: LayerIndex, number: number) {
    super(index.data, number)
    this.path = path
    this.kind = kind
    this.layer = layer
    this.#index = index
  }

  get inode(): number {
    return this.layer * entriesMax + this.#index.inodeOf(this.number)
  }

  get diffId(): Digest {
    return this.#index.diffId
  }
}

/** The entry of a path whose hard link, if it was one, has been followed. */
export function treeEntry(path: string, { attributes }: Merged): FileEntry | undefined {
  const { layer, index, number } = attributes
  const kind = index.kindOf(number)
  return kind === 'whiteout' || kind === 'hard-link' ? undefined : new TreeEntry(path, kind, layer, index, number)
}
