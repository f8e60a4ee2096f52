import type { FileTime, SparseRun } from '../../archive/tar-entry.ts'
import type { Digest } from '../../image/digest.ts'
import type { FileAttributes } from '../file-entry.ts'
import type { IndexData } from './decode.ts'
import { digestBytes, kindNumbers } from './format.ts'
import { decodeDevice, decodeSparse, decodeText, decodeXattrs, readRecord } from './heap.ts'

const noXattrs: ReadonlyMap<string, Uint8Array> = new Map()
const noDevice = { major: 0, minor: 0 } as const

/** One entry's attributes, read from the index when they are asked for: an entry itself costs next to nothing. */
export class RowAttributes implements FileAttributes {
  readonly #data: IndexData
  readonly number: number

  constructor(data: IndexData, number: number) {
    this.#data = data
    this.number = number
  }

  get mode(): number {
    return this.#data.attributes.mode[this.number] ?? 0
  }

  get uid(): number {
    return this.#data.attributes.uid[this.number] ?? 0
  }

  get gid(): number {
    return this.#data.attributes.gid[this.number] ?? 0
  }

  get sizeBytes(): number {
    return this.#data.attributes.sizeBytes[this.number] ?? 0
  }

  get modified(): FileTime {
    const { modifiedSeconds, modifiedNanoseconds } = this.#data.attributes
    return { seconds: modifiedSeconds[this.number] ?? 0, nanoseconds: modifiedNanoseconds[this.number] ?? 0 }
  }

  get linkTarget(): string {
    const isLink = this.#isKind('symbolic-link') || this.#isKind('hard-link')
    return isLink ? decodeText(this.#detail() ?? Buffer.alloc(0)) : ''
  }

  get deviceMajor(): number {
    return this.#device().major
  }

  get deviceMinor(): number {
    return this.#device().minor
  }

  get xattrs(): ReadonlyMap<string, Uint8Array> {
    const offset = this.#data.attributes.xattrs[this.number] ?? 0
    const record = offset === 0 ? undefined : readRecord(this.#data.heap, offset)
    return record === undefined ? noXattrs : (decodeXattrs(record) ?? noXattrs)
  }

  get sparse(): readonly SparseRun[] | undefined {
    const record = this.#isKind('file') ? this.#detail() : undefined
    return record === undefined ? undefined : decodeSparse(record)
  }

  get dataOffsetBytes(): number {
    return this.#data.attributes.dataOffsetBytes[this.number] ?? 0
  }

  get storedBytes(): number {
    return this.sparse?.reduce((sum, run) => sum + run.sizeBytes, 0) ?? this.sizeBytes
  }

  get digest(): Digest | undefined {
    if (!this.#isKind('file')) return undefined
    const start = this.number * digestBytes
    return `sha256:${this.#data.attributes.digest.toString('hex', start, start + digestBytes)}`
  }

  /** The first four bytes of the digest, as a number. */
  get digestStart(): number {
    return this.#data.attributes.digest.readInt32LE(this.number * digestBytes)
  }

  /** These attributes and nothing else, for those who keep many. */
  withoutPath(): RowAttributes {
    return new RowAttributes(this.#data, this.number)
  }

  /** Whether both are files of the same content: without writing their digests as text. */
  hasContentOf(other: RowAttributes): boolean {
    if (!this.#isKind('file') || !other.#isKind('file') || this.sizeBytes !== other.sizeBytes) return false
    const [start, otherStart] = [this.number * digestBytes, other.number * digestBytes]
    const { digest } = other.#data.attributes
    return (
      this.#data.attributes.digest.compare(digest, otherStart, otherStart + digestBytes, start, start + digestBytes) ===
      0
    )
  }

  #isKind(kind: keyof typeof kindNumbers): boolean {
    return this.#data.attributes.kind[this.number] === kindNumbers[kind]
  }

  #detail(): Buffer | undefined {
    const offset = this.#data.attributes.detail[this.number] ?? 0
    return offset === 0 ? undefined : readRecord(this.#data.heap, offset)
  }

  #device(): { readonly major: number; readonly minor: number } {
    const isDevice = this.#isKind('character-device') || this.#isKind('block-device')
    const record = isDevice ? this.#detail() : undefined
    return record === undefined ? noDevice : (decodeDevice(record) ?? noDevice)
  }
}
