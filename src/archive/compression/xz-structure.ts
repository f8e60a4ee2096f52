import { crc32 } from 'node:zlib'
import { ArchiveError } from '../errors.ts'

/** The most that a block may ask its reader to remember: what `xz -9` asks for, and the decoder gives. */
const xzDictionaryBytesMax = 64 * 1024 * 1024

const streamMagic = 'fd377a585a00'
const footerMagic = '595a'
const lzma2Filter = 0x21
/** By the number of the check: none, CRC32, CRC64. */
const checkBytesByType: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 4],
  [4, 8],
])

/** A block whose end has come. */
export interface XzBlockEnd {
  /** Of its data, decompressed. */
  readonly sizeBytes: number
  /** Empty where there is none. */
  readonly check: Uint8Array
}

type Part =
  | 'between-streams'
  | 'stream-header'
  | 'block-header-size'
  | 'block-header'
  | 'chunk-control'
  | 'chunk-header'
  | 'block-end'
  | 'index-number'
  | 'index-end'
  | 'stream-footer'

/**
 * Follows the structure of xz streams (the .xz file format 1.2, and the chunks of LZMA2 in them) without decompressing
 * them. It says what is wrong where the decoder has only numbers, bounds the memory that a block may ask for, and finds the end of
 * the data, and what follows it, without having to trust the decoder's own idea.
 */
export class XzStructureCheck {
  #part: Part = 'between-streams'
  readonly #header = Buffer.alloc(1024)
  #headerFill = 0
  #headerBytes = 1
  #skipBytes = 0
  #checkBytes = 0
  /** Of the data of the present block, decompressed. */
  #dataBytes = 0
  #blockEnds: XzBlockEnd[] = []
  /** Of the present block or index, for its padding. */
  #paddedBytes = 0
  #indexNumbersLeft: number | undefined
  #paddingBytes = 0
  #streamCount = 0
  #offsetBytes = 0

  /** Called with every chunk before it is decompressed. @throws ArchiveError */
  take(chunk: Uint8Array): void {
    let position = 0
    while (position < chunk.length) {
      const taken =
        this.#skipBytes > 0
          ? this.#skip(chunk.length - position)
          : this.#takeHeader(chunk.subarray(position, position + this.#headerBytes - this.#headerFill))
      position += taken
      this.#offsetBytes += taken
    }
  }

  /** Called at the end of input. @throws ArchiveError */
  finish(): void {
    const isBetween = this.#part === 'between-streams' && this.#headerFill === 0 && this.#streamCount > 0
    if (!isBetween || this.#paddingBytes % 4 !== 0) throw this.#fail('the data is truncated')
  }

  /** The blocks that have ended since this was asked last. */
  takeBlockEnds(): readonly XzBlockEnd[] {
    const ends = this.#blockEnds
    this.#blockEnds = []
    return ends
  }

  #skip(available: number): number {
    const length = Math.min(available, this.#skipBytes)
    this.#skipBytes -= length
    return length
  }

  #takeHeader(bytes: Uint8Array): number {
    this.#header.set(bytes, this.#headerFill)
    this.#headerFill += bytes.length
    if (this.#headerFill === this.#headerBytes) this.#headerComplete()
    return bytes.length
  }

  /** @param kept how many bytes of the present header are the beginning of the next one. */
  #expect(part: Part, headerBytes: number, kept = 0): void {
    this.#part = part
    this.#headerBytes = headerBytes
    this.#headerFill = kept
  }

  #headerComplete(): void {
    const first = this.#header[0] ?? 0
    switch (this.#part) {
      case 'between-streams':
        return this.#betweenStreams(first)
      case 'stream-header':
        return this.#streamHeader()
      case 'block-header-size':
        return this.#blockHeaderSize(first)
      case 'block-header':
        return this.#blockHeader()
      case 'chunk-control':
        return this.#chunkControl(first)
      case 'chunk-header':
        return this.#chunkHeader(first)
      case 'block-end':
        return this.#blockEnd()
      case 'index-number':
        return this.#indexNumber()
      case 'index-end':
        return this.#expect('stream-footer', 12)
      case 'stream-footer':
        return this.#streamFooter()
    }
  }

  #betweenStreams(first: number): void {
    if (first === 0 && this.#streamCount > 0) {
      this.#paddingBytes += 1
      return this.#expect('between-streams', 1)
    }
    if (this.#paddingBytes % 4 !== 0 || first !== 0xfd) throw this.#noStream()
    this.#expect('stream-header', 12, 1)
  }

  #streamHeader(): void {
    if (this.#header.toString('hex', 0, 6) !== streamMagic) throw this.#noStream()
    if (this.#header.readUInt32LE(8) !== crc32(this.#header.subarray(6, 8))) {
      throw this.#fail('the header of a stream is damaged')
    }
    const checkBytes = checkBytesByType.get(this.#header[7] ?? 0)
    if (this.#header[6] !== 0 || checkBytes === undefined) {
      throw this.#fail('a stream has a check that is not known', 'unsupported-archive')
    }
    this.#checkBytes = checkBytes
    this.#streamCount += 1
    this.#paddingBytes = 0
    this.#expect('block-header-size', 1)
  }

  #blockHeaderSize(first: number): void {
    if (first === 0) {
      this.#indexNumbersLeft = undefined
      this.#paddedBytes = 1
      return this.#expect('index-number', 1)
    }
    this.#expect('block-header', (first + 1) * 4, 1)
  }

  #blockHeader(): void {
    const header = this.#header.subarray(0, this.#headerBytes)
    const end = header.length - 4
    if (header.readUInt32LE(end) !== crc32(header.subarray(0, end))) {
      throw this.#fail('the header of a block is damaged')
    }
    const flags = header[1] ?? 0
    if ((flags & 0x3c) !== 0) throw this.#fail('a block has flags that are not known', 'unsupported-archive')
    const reader = new NumberReader(header.subarray(2, end))
    if ((flags & 0x40) !== 0) reader.next()
    if ((flags & 0x80) !== 0) reader.next()
    if ((flags & 3) === 0) this.#filter(reader)
    else throw this.#fail('a block has filters before LZMA2', 'unsupported-archive')
    if (reader.isBroken) throw this.#fail('the header of a block is damaged')
    this.#paddedBytes = 0
    this.#dataBytes = 0
    this.#expect('chunk-control', 1)
  }

  #filter(reader: NumberReader): void {
    const id = reader.next()
    const properties = reader.bytes(reader.next())
    if (reader.isBroken) return
    if (id !== lzma2Filter || properties.length !== 1) {
      throw this.#fail('a block is compressed in a way that is not known', 'unsupported-archive')
    }
    const bits = properties[0] ?? 0
    const dictionaryBytes = (2 | (bits & 1)) * 2 ** ((bits >>> 1) + 11)
    if (dictionaryBytes > xzDictionaryBytesMax) {
      throw this.#fail(`a block needs a dictionary over ${xzDictionaryBytesMax} bytes`, 'unsupported-archive')
    }
  }

  #chunkControl(control: number): void {
    // With the first byte of the data, which is always zero and which the decoder passes over.
    if (control >= 0x80) return this.#expect('chunk-header', control >= 0xc0 ? 7 : 6, 1)
    if (control === 1 || control === 2) return this.#expect('chunk-header', 3, 1)
    if (control !== 0) throw this.#fail('a chunk has a type that does not exist')
    this.#paddedBytes += 1
    const endBytes = (-this.#paddedBytes & 3) + this.#checkBytes
    if (endBytes > 0) return this.#expect('block-end', endBytes)
    this.#headerBytes = 0
    this.#blockEnd()
  }

  #chunkHeader(control: number): void {
    const isCompressed = control >= 0x80
    const storedBytes = this.#header.readUInt16BE(isCompressed ? 3 : 1) + 1
    this.#skipBytes = isCompressed ? storedBytes - 1 : storedBytes
    this.#paddedBytes += this.#headerBytes + this.#skipBytes
    this.#dataBytes += (isCompressed ? (control & 0x1f) << 16 : 0) + this.#header.readUInt16BE(1) + 1
    if (isCompressed && this.#header[this.#headerBytes - 1] !== 0) throw this.#fail('a chunk is damaged')
    this.#expect('chunk-control', 1)
  }

  #blockEnd(): void {
    const paddingBytes = this.#headerBytes - this.#checkBytes
    const padding = this.#header.subarray(0, paddingBytes)
    if (padding.some((byte) => byte !== 0)) throw this.#fail('a block is padded with garbage')
    const check = Uint8Array.from(this.#header.subarray(paddingBytes, this.#headerBytes))
    this.#blockEnds.push({ sizeBytes: this.#dataBytes, check })
    this.#expect('block-header-size', 1)
  }

  /** Numbers have 1 to 9 bytes of 7 bits each: first how many records there are, and then two for each. */
  #indexNumber(): void {
    const last = this.#header[this.#headerFill - 1] ?? 0
    if (last >= 0x80) {
      if (this.#headerFill === 9) throw this.#fail('the index is damaged')
      this.#headerBytes += 1
      return
    }
    this.#paddedBytes += this.#headerFill
    const value = new NumberReader(this.#header.subarray(0, this.#headerFill)).next()
    this.#indexNumbersLeft = this.#indexNumbersLeft === undefined ? value * 2 : this.#indexNumbersLeft - 1
    if (this.#indexNumbersLeft > 0) this.#expect('index-number', 1)
    else this.#expect('index-end', (-this.#paddedBytes & 3) + 4)
  }

  #streamFooter(): void {
    if (this.#header.toString('hex', 10, 12) !== footerMagic) throw this.#fail('the end of a stream is damaged')
    this.#expect('between-streams', 1)
  }

  #noStream(): ArchiveError {
    return this.#fail(
      this.#streamCount === 0 ? 'the data does not begin with a stream' : 'the last stream is followed by garbage',
    )
  }

  #fail(message: string, code: 'bad-archive' | 'unsupported-archive' = 'bad-archive'): ArchiveError {
    return new ArchiveError(code, `xz: ${message} (offset ${this.#offsetBytes})`, {
      hint: code === 'bad-archive' ? 'fetch or make it again' : 'compress it again with the usual settings',
    })
  }
}

/** The numbers of a header: 7 bits in each byte, the lowest first (section 1.2). Beyond the end everything is 0. */
class NumberReader {
  readonly #bytes: Uint8Array
  #position = 0
  isBroken = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  next(): number {
    let value = 0
    for (let digit = 0; digit < 7; digit += 1) {
      const byte = this.bytes(1)[0] ?? 0
      value += (byte & 0x7f) * 128 ** digit
      if (byte < 0x80) return value
    }
    this.isBroken = true
    return 0
  }

  bytes(count: number): Uint8Array {
    const found = this.#bytes.subarray(this.#position, this.#position + count)
    this.#position += count
    if (found.length < count) this.isBroken = true
    return found
  }
}
