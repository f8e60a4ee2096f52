import { ArchiveError } from '../errors.ts'

/** Bits of bytes that are all there, the highest of each byte first. */
export class BitReader {
  readonly #bytes: Uint8Array
  #at: number

  /** @param at the bit to begin with */
  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  /** The bit that comes next. */
  get at(): number {
    return this.#at
  }

  /** The next bits, 25 at most; zeros behind the end. */
  peek(count: number): number {
    const bytes = this.#bytes
    const first = this.#at >>> 3
    const word =
      ((bytes[first] ?? 0) << 24) |
      ((bytes[first + 1] ?? 0) << 16) |
      ((bytes[first + 2] ?? 0) << 8) |
      (bytes[first + 3] ?? 0)
    return (word << (this.#at & 7)) >>> (32 - count)
  }

  /** @throws ArchiveError `bad-archive` where the bytes end before */
  skip(count: number): void {
    this.#at += count
    if (this.#at > this.#bytes.length * 8) throw damagedBzip2('it is cut off')
  }

  /** The next bits, 24 at most. @throws ArchiveError `bad-archive` where the bytes end before */
  read(count: number): number {
    const value = this.peek(count)
    this.skip(count)
    return value
  }

  /** The next 32 bits. */
  readWord(): number {
    return ((this.read(16) << 16) | this.read(16)) >>> 0
  }

  /** Goes to the beginning of a byte. */
  align(): void {
    this.#at = Math.ceil(this.#at / 8) * 8
  }
}

/** What is wrong with data that is no bzip2 file. */
export function damagedBzip2(why: string): ArchiveError {
  return new ArchiveError('bad-archive', `bzip2: the data is damaged or truncated: ${why}`, {
    hint: 'fetch or make it again',
  })
}
