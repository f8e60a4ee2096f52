import type { TarEntry, TarHandler } from '../../archive/tar-entry.ts'
import { ContentHasher } from './content-hasher.ts'
import type { LayerTree } from './layer-tree.ts'

/** A sparse file whose content can only be hashed when the tar is there to read from. */
export interface SparseFile {
  readonly row: number
  readonly sizeBytes: number
  readonly dataOffsetBytes: number
  readonly sparse: NonNullable<TarEntry['sparse']>
}

/** Brings what a tar parser finds into a layer's tree, and hashes files on the way. */
export class TarPass implements TarHandler {
  readonly #tree: LayerTree
  readonly #hasher = new ContentHasher()
  readonly #sparseFiles: SparseFile[] = []
  /** Of the file whose bytes are coming, if they are to be hashed. */
  #row: number | undefined

  constructor(tree: LayerTree) {
    this.#tree = tree
  }

  /** Those whose digest is still missing. */
  get sparseFiles(): readonly SparseFile[] {
    return this.#sparseFiles
  }

  entry(entry: TarEntry, dataOffsetBytes: number, storedBytes: number): void {
    const row = this.#tree.add(entry, dataOffsetBytes)
    const { sizeBytes, sparse } = entry
    const isSparse = row !== undefined && sparse !== undefined
    if (isSparse) this.#sparseFiles.push({ row, sizeBytes, dataOffsetBytes, sparse })
    this.#row = isSparse ? undefined : row
    if (this.#row !== undefined) this.#hasher.begin(storedBytes)
  }

  data(chunk: Uint8Array): void {
    if (this.#row !== undefined) this.#hasher.update(chunk)
  }

  entryEnd(): void {
    if (this.#row !== undefined) this.#tree.table.setDigest(this.#row, this.#hasher.finish())
    this.#row = undefined
  }
}
