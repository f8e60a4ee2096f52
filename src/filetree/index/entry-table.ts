import type { TarEntry } from '../../archive/tar-entry.ts'
import type { LayerEntryKind } from '../file-entry.ts'
import {
  attributeBytes,
  attributeColumns,
  digestBytes,
  entryFlags,
  entryKinds,
  kindNumbers,
  type AttributeColumns,
} from './format.ts'
import { encodeDevice, encodeSparse, encodeText, encodeXattrs, HeapBuilder } from './heap.ts'

const initialRows = 1024
const impliedMode = 0o755

/**
 * The attributes of a layer's files, gathered while its tar is read: one row for each inode, so hard links share one.
 * Rows of entries that later ones replace stay, unused.
 */
export class EntryTable {
  readonly heap = new HeapBuilder()
  #capacity = initialRows
  #columns = attributeColumns(new ArrayBuffer(attributeBytes(initialRows)), 0, initialRows)
  #count = 0

  get count(): number {
    return this.#count
  }

  /** Valid until the next row is added. */
  get columns(): AttributeColumns {
    return this.#columns
  }

  addEntry(entry: TarEntry, dataOffsetBytes: number): number {
    const row = this.#addRow(entry.kind)
    const columns = this.#columns
    if (entry.kind === 'file') {
      columns.sizeBytes[row] = entry.sizeBytes
      columns.dataOffsetBytes[row] = dataOffsetBytes
    }
    const detail = encodeDetail(entry)
    if (detail !== undefined) columns.detail[row] = this.heap.add(detail)
    this.setMetadata(row, entry)
    return row
  }

  addHardLink(entry: TarEntry, target: string): number {
    const row = this.#addRow('hard-link')
    this.#columns.detail[row] = this.heap.add(encodeText(target))
    this.setMetadata(row, entry)
    return row
  }

  addWhiteout(): number {
    return this.#addRow('whiteout')
  }

  /** A directory that nobody wrote an entry for. */
  addImplied(): number {
    const row = this.#addRow('directory')
    this.#columns.mode[row] = impliedMode
    this.#columns.flags[row] = entryFlags.implied
    return row
  }

  kind(row: number): LayerEntryKind {
    return entryKinds[this.#columns.kind[row] ?? 0] ?? 'file'
  }

  /** Owner, mode and time, and extended attributes where there are any: what a hard link's own header sets as well. */
  setMetadata(row: number, entry: TarEntry): void {
    const columns = this.#columns
    columns.mode[row] = entry.mode
    columns.uid[row] = entry.uid
    columns.gid[row] = entry.gid
    columns.modifiedSeconds[row] = entry.modified.seconds
    columns.modifiedNanoseconds[row] = entry.modified.nanoseconds
    if (entry.xattrs.size > 0) columns.xattrs[row] = this.heap.add(encodeXattrs(entry.xattrs))
  }

  setDigest(row: number, digest: Uint8Array): void {
    this.#columns.digest.set(digest, row * digestBytes)
  }

  #addRow(kind: LayerEntryKind): number {
    if (this.#count === this.#capacity) this.#grow()
    const row = this.#count
    this.#count += 1
    this.#columns.kind[row] = kindNumbers[kind]
    return row
  }

  #grow(): void {
    const smaller = this.#columns
    this.#capacity *= 2
    const larger = attributeColumns(new ArrayBuffer(attributeBytes(this.#capacity)), 0, this.#capacity)
    larger.sizeBytes.set(smaller.sizeBytes)
    larger.dataOffsetBytes.set(smaller.dataOffsetBytes)
    larger.modifiedSeconds.set(smaller.modifiedSeconds)
    larger.modifiedNanoseconds.set(smaller.modifiedNanoseconds)
    larger.uid.set(smaller.uid)
    larger.gid.set(smaller.gid)
    larger.detail.set(smaller.detail)
    larger.xattrs.set(smaller.xattrs)
    larger.mode.set(smaller.mode)
    larger.kind.set(smaller.kind)
    larger.flags.set(smaller.flags)
    larger.digest.set(smaller.digest)
    this.#columns = larger
  }
}

function encodeDetail(entry: TarEntry): Uint8Array | undefined {
  const { kind } = entry
  if (kind === 'symbolic-link') return encodeText(entry.linkTarget)
  if (kind === 'character-device' || kind === 'block-device') return encodeDevice(entry.deviceMajor, entry.deviceMinor)
  return kind === 'file' && entry.sparse !== undefined ? encodeSparse(entry.sparse) : undefined
}
