import type { SparseRun } from '../../archive/tar-entry.ts'
import { decodePathText, encodePathText } from '../../std/path-text.ts'

/** What few entries have lies in the heap as records: u32 length, bytes. Offset 0 is an empty record and means none. */
const emptyHeapBytes = 4
const initialBytes = 4096

/** More would not fit the offsets of the index with room to spare; a real layer has some kilobytes. */
const heapBytesMax = 1 << 30

/** Thrown when records take more than 1 GiB. */
export class HeapFullError extends Error {}

/** Records that are gathered while a layer is read. Equal ones are kept once. */
export class HeapBuilder {
  #bytes = Buffer.alloc(initialBytes)
  #length = emptyHeapBytes
  readonly #offsets = new Map<string, number>()

  /** Keeps a record and returns its offset. @throws HeapFullError */
  add(record: Uint8Array): number {
    const key = Buffer.from(record.buffer, record.byteOffset, record.length).toString('latin1')
    const known = this.#offsets.get(key)
    if (known !== undefined) return known
    const offset = this.#length
    this.#grow(offset + 4 + record.length)
    this.#bytes.writeUInt32LE(record.length, offset)
    this.#bytes.set(record, offset + 4)
    this.#length = offset + 4 + record.length
    this.#offsets.set(key, offset)
    return offset
  }

  /** All records so far. Valid until the next {@link add}. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(lengthMin: number): void {
    if (lengthMin > heapBytesMax) throw new HeapFullError(`more than ${heapBytesMax} bytes of attributes`)
    if (lengthMin <= this.#bytes.length) return
    const larger = Buffer.alloc(Math.max(lengthMin, 2 * this.#bytes.length))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

/** The record at an offset, or undefined when the heap holds none there. */
export function readRecord(heap: Buffer, offset: number): Buffer | undefined {
  if (offset + 4 > heap.length) return undefined
  const end = offset + 4 + heap.readUInt32LE(offset)
  return end > heap.length ? undefined : heap.subarray(offset + 4, end)
}

export function encodeText(text: string): Uint8Array {
  return encodePathText(text)
}

export function decodeText(record: Buffer): string {
  return decodePathText(record)
}

export function encodeDevice(major: number, minor: number): Uint8Array {
  const record = Buffer.alloc(8)
  record.writeUInt32LE(major, 0)
  record.writeUInt32LE(minor, 4)
  return record
}

export function decodeDevice(record: Buffer): { readonly major: number; readonly minor: number } | undefined {
  return record.length === 8 ? { major: record.readUInt32LE(0), minor: record.readUInt32LE(4) } : undefined
}

export function encodeSparse(runs: readonly SparseRun[]): Uint8Array {
  const record = Buffer.alloc(16 * runs.length)
  for (const [index, run] of runs.entries()) {
    record.writeDoubleLE(run.offsetBytes, 16 * index)
    record.writeDoubleLE(run.sizeBytes, 16 * index + 8)
  }
  return record
}

export function decodeSparse(record: Buffer): readonly SparseRun[] | undefined {
  if (record.length % 16 !== 0) return undefined
  return Array.from({ length: record.length / 16 }, (_, index) => ({
    offsetBytes: record.readDoubleLE(16 * index),
    sizeBytes: record.readDoubleLE(16 * index + 8),
  }))
}

/** Name length, value length, name, value for each, sorted by name. */
export function encodeXattrs(xattrs: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = []
  const encoded = [...xattrs].map(([name, value]) => ({ name: encodePathText(name), value }))
  for (const { name, value } of encoded.toSorted((a, b) => Buffer.compare(a.name, b.name))) {
    const lengths = Buffer.alloc(8)
    lengths.writeUInt32LE(name.length, 0)
    lengths.writeUInt32LE(value.length, 4)
    parts.push(lengths, name, value)
  }
  return Buffer.concat(parts)
}

export function decodeXattrs(record: Buffer): ReadonlyMap<string, Uint8Array> | undefined {
  const xattrs = new Map<string, Uint8Array>()
  let offset = 0
  while (offset < record.length) {
    if (offset + 8 > record.length) return undefined
    const nameEnd = offset + 8 + record.readUInt32LE(offset)
    const valueEnd = nameEnd + record.readUInt32LE(offset + 4)
    if (valueEnd > record.length) return undefined
    xattrs.set(decodePathText(record.subarray(offset + 8, nameEnd)), record.subarray(nameEnd, valueEnd))
    offset = valueEnd
  }
  return xattrs
}
