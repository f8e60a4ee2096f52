import { ArchiveError } from '../errors.ts'
import type { InputCheck } from './transform-stream.ts'

/** The most that a frame may ask its reader to remember: what `zstd -d` accepts without further flags. */
export const zstdWindowLogMax = 27

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50

type Part = 'magic' | 'frame-header' | 'block-header' | 'skippable-size' | 'content'

/**
 * Follows the outer structure of zstd frames (RFC 8878, section 3) without decompressing them. Node's decoder ignores what
 * follows the last frame, so that this is what finds trailing garbage, and a frame that ends too early. And it cuts chunks
 * where a frame ends: the decoder of Node 24 goes on to the next frame only with the next piece.
 */
export class ZstdFrameCheck implements InputCheck {
  #part: Part = 'magic'
  /** Bytes of a header so far. The longest, of a frame, has 14 behind its magic. */
  readonly #header = Buffer.alloc(16)
  #headerFill = 0
  #headerBytes = 4
  #contentBytes = 0
  #hasCheckSum = false
  #insideFrame = false
  #frameCount = 0
  #offsetBytes = 0

  take(chunk: Uint8Array): readonly Uint8Array[] {
    const pieces: Uint8Array[] = []
    let start = 0
    let position = 0
    while (position < chunk.length) {
      const available = chunk.length - position
      const taken =
        this.#part === 'content'
          ? this.#takeContent(available)
          : this.#takeHeader(chunk.subarray(position, position + this.#headerBytes - this.#headerFill))
      position += taken
      this.#offsetBytes += taken
      const frameEnded = this.#part === 'magic' && this.#headerFill === 0
      if (frameEnded || position === chunk.length) {
        pieces.push(chunk.subarray(start, position))
        start = position
      }
    }
    return pieces
  }

  takeRest(): void {
    throw this.#fail('the decoder has left bytes over')
  }

  finish(): void {
    const complete = this.#part === 'magic' && this.#headerFill === 0 && this.#frameCount > 0
    if (!complete) throw this.#fail('the data is truncated')
  }

  #takeContent(available: number): number {
    const length = Math.min(available, this.#contentBytes)
    this.#contentBytes -= length
    if (this.#contentBytes === 0) this.#expectNext()
    return length
  }

  #takeHeader(bytes: Uint8Array): number {
    this.#header.set(bytes, this.#headerFill)
    this.#headerFill += bytes.length
    if (this.#headerFill === this.#headerBytes) this.#headerComplete()
    return bytes.length
  }

  #expect(part: Part, headerBytes: number): void {
    this.#part = part
    this.#headerBytes = headerBytes
    this.#headerFill = 0
  }

  /** What follows some content: the next block, or the next frame. */
  #expectNext(): void {
    if (this.#insideFrame) this.#expect('block-header', 3)
    else this.#expect('magic', 4)
  }

  #expectContent(bytes: number): void {
    this.#contentBytes = bytes
    this.#part = 'content'
    if (bytes === 0) this.#expectNext()
  }

  #headerComplete(): void {
    switch (this.#part) {
      case 'magic':
        return this.#magicComplete(this.#header.readUInt32LE(0))
      case 'frame-header':
        return this.#frameHeaderComplete()
      case 'block-header':
        return this.#blockHeaderComplete(this.#header.readUIntLE(0, 3))
      case 'skippable-size':
        return this.#expectContent(this.#header.readUInt32LE(0))
      case 'content':
    }
  }

  #magicComplete(magic: number): void {
    if ((magic & 0xfffffff0) >>> 0 === skippableMagic) {
      this.#expect('skippable-size', 4)
    } else if (magic === frameMagic) {
      this.#expect('frame-header', 1)
    } else {
      throw this.#fail(
        this.#frameCount === 0 ? 'the data does not begin with a frame' : 'the last frame is followed by garbage',
      )
    }
    this.#frameCount += 1
  }

  /** Called for the first byte of a frame header, which tells its length, and again for all of it. */
  #frameHeaderComplete(): void {
    const descriptor = this.#header[0] ?? 0
    const singleSegment = (descriptor & 0x20) !== 0
    const dictionaryIdBytes = [0, 1, 2, 4][descriptor & 3] ?? 0
    const contentSizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0
    const windowBytes = singleSegment ? 0 : 1
    const length = 1 + windowBytes + dictionaryIdBytes + contentSizeBytes
    if (this.#headerBytes < length) {
      this.#headerBytes = length
      return
    }
    if (dictionaryIdBytes > 0) throw this.#fail('a frame needs a dictionary', 'unsupported-archive')
    if (!singleSegment) this.#checkWindow(this.#header[1] ?? 0)
    this.#hasCheckSum = (descriptor & 4) !== 0
    this.#insideFrame = true
    this.#expect('block-header', 3)
  }

  #checkWindow(descriptor: number): void {
    const log = 10 + (descriptor >>> 3)
    if (log > zstdWindowLogMax || (log === zstdWindowLogMax && (descriptor & 7) > 0)) {
      throw this.#fail(`a frame needs a window over ${2 ** zstdWindowLogMax} bytes`, 'unsupported-archive')
    }
  }

  #blockHeaderComplete(header: number): void {
    const isLast = (header & 1) !== 0
    const type = (header >>> 1) & 3
    if (type === 3) throw this.#fail('a block has a type that does not exist')
    const isRunOfOneByte = type === 1
    const sizeBytes = isRunOfOneByte ? 1 : header >>> 3
    if (isLast) this.#insideFrame = false
    this.#expectContent(sizeBytes + (isLast && this.#hasCheckSum ? 4 : 0))
  }

  #fail(message: string, code: 'bad-archive' | 'unsupported-archive' = 'bad-archive'): ArchiveError {
    return new ArchiveError(code, `zstd: ${message} (offset ${this.#offsetBytes})`, {
      hint: code === 'bad-archive' ? 'fetch or make it again' : 'compress it again with the usual settings',
    })
  }
}
