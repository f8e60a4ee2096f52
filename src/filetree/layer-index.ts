import { isAscii } from 'node:buffer'
import { decodePathText, encodePathText } from '../std/path-text.ts'
import type { Digest } from '../image/digest.ts'
import type { LayerEntry, LayerEntryKind } from './file-entry.ts'
import { compareBytes } from './index/compare-bytes.ts'
import type { IndexData } from './index/decode.ts'
import { entryFlags, entryKinds } from './index/format.ts'
import { splitPath } from './index/layer-path.ts'
import { RowAttributes } from './index/row-attributes.ts'

/** In bytes: more than any real layer has, and less than a string can hold. */
const namesTextMax = 2 ** 28

/**
 * What one layer holds, by itself: every path once, whiteouts and opaque directories as such. The tar's duplicates are
 * resolved, its missing parent directories are there as implied ones, links among its folders have been followed.
 *
 * Entries have numbers, from the root's 0 up, breadth-first: children of one directory have neighbouring numbers in the
 * order of their names' bytes, and lie behind their parent. Those who write a file system image walk the numbers.
 */
export class LayerIndex {
  /** For this folder's own files: the columns, as `index/decode.ts` has checked them. */
  readonly data: IndexData
  /** All names as one text, where all of it is ASCII, as it nearly always is: names are cut out of it many times faster. */
  readonly #names: string | undefined

  constructor(data: IndexData) {
    this.data = data
    const isText = data.names.length <= namesTextMax && isAscii(data.names)
    this.#names = isText ? data.names.toString('latin1') : undefined
  }

  get diffId(): Digest {
    return this.data.diffId
  }

  /** The size of the layer's plain tar. */
  get tarBytes(): number {
    return this.data.tarBytes
  }

  /** How many entries there are, with the root and whiteouts. */
  get entryCount(): number {
    return this.data.entryCount
  }

  /** The entry with this number. @param path its path, by those who know it already. */
  entryAt(number: number, path = this.pathOf(number)): LayerEntry {
    return new IndexEntry(this, number, path)
  }

  /** The entry of exactly this path; no link is followed. Leading and double slashes and `.` count for nothing. */
  get(path: string): LayerEntry | undefined {
    let number = 0
    for (const name of splitPath(path)) {
      const child = this.findChild(number, encodePathText(name))
      if (child === undefined) return undefined
      number = child
    }
    return this.entryAt(number)
  }

  /** What lies in a directory, sorted by the bytes of the names. Nothing for what is no directory. */
  *children(entry: LayerEntry): Generator<LayerEntry> {
    const { start, end } = this.childRange(entry.number)
    const prefix = childPrefix(entry.path)
    for (let number = start; number < end; number += 1) yield this.entryAt(number, prefix + this.nameOf(number))
  }

  /** An entry (by default the root) and everything under it, parents first, siblings by the bytes of their names. */
  *entries(under: LayerEntry = this.entryAt(0, '/')): Generator<LayerEntry> {
    yield under
    const open = [{ ...this.childRange(under.number), prefix: childPrefix(under.path) }]
    for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
      if (folder.start === folder.end) {
        open.pop()
        continue
      }
      const number = folder.start
      const path = folder.prefix + this.nameOf(number)
      folder.start += 1
      yield this.entryAt(number, path)
      if (this.kindOf(number) === 'directory') open.push({ ...this.childRange(number), prefix: childPrefix(path) })
    }
  }

  /** The numbers of a directory's children: from `start` up to, but without, `end`. */
  childRange(number: number): { start: number; end: number } {
    const { childStart } = this.data.tree
    return { start: childStart[number] ?? 0, end: childStart[number + 1] ?? 0 }
  }

  /** The number of the directory that an entry lies in; the root's is its own. */
  parentOf(number: number): number {
    return this.data.tree.parent[number] ?? 0
  }

  kindOf(number: number): LayerEntryKind {
    return entryKinds[this.data.attributes.kind[number] ?? 0] ?? 'file'
  }

  isOpaque(number: number): boolean {
    return ((this.data.attributes.flags[number] ?? 0) & entryFlags.opaque) !== 0
  }

  isImplied(number: number): boolean {
    return ((this.data.attributes.flags[number] ?? 0) & entryFlags.implied) !== 0
  }

  inodeOf(number: number): number {
    return this.data.tree.inode[number] ?? number
  }

  /** The last component of an entry's path; the root's is empty. */
  nameOf(number: number): string {
    const { nameStart } = this.data.tree
    const start = nameStart[number] ?? 0
    return this.#names?.slice(start, nameStart[number + 1]) ?? decodePathText(this.nameBytesOf(number))
  }

  nameBytesOf(number: number): Uint8Array {
    const { nameStart } = this.data.tree
    return this.data.names.subarray(nameStart[number], nameStart[number + 1])
  }

  pathOf(number: number): string {
    const names: string[] = []
    for (let each = number; each !== 0; each = this.parentOf(each)) names.push(this.nameOf(each))
    return `/${names.toReversed().join('/')}`
  }

  /** The number of the child of this name. */
  findChild(number: number, name: Uint8Array): number | undefined {
    let { start, end } = this.childRange(number)
    while (start < end) {
      const middle = (start + end) >>> 1
      const order = this.compareName(middle, name)
      if (order === 0) return middle
      if (order < 0) start = middle + 1
      else end = middle
    }
    return undefined
  }

  /** Negative when the entry's name sorts before these bytes, 0 when it is the same. */
  compareName(number: number, name: Uint8Array): number {
    const { nameStart } = this.data.tree
    return compareBytes(this.data.names, nameStart[number] ?? 0, nameStart[number + 1] ?? 0, name, 0, name.length)
  }
}

class IndexEntry extends RowAttributes implements LayerEntry {
  readonly path: string
  readonly #index: LayerIndex

  constructor(index: LayerIndex, number: number, path: string) {
    super(index.data, number)
    this.#index = index
    this.path = path
  }

  get kind(): LayerEntryKind {
    return this.#index.kindOf(this.number)
  }

  get inode(): number {
    return this.#index.inodeOf(this.number)
  }

  get isOpaque(): boolean {
    return this.#index.isOpaque(this.number)
  }

  get isImplied(): boolean {
    return this.#index.isImplied(this.number)
  }
}

function childPrefix(path: string): string {
  return path === '/' ? '/' : `${path}/`
}
