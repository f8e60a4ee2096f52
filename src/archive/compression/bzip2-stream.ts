import type { ByteStream } from '../../std/bytes.ts'
import { BitReader, damagedBzip2 } from './bzip2-bits.ts'
import { blockBytes, readBlock } from './bzip2-block.ts'

/** A block of 900,000 symbols with codes of 20 bits, its codes, and what stands between blocks. */
const blockBytesMax = 2_300_000

const blockMark = '314159265359'
const endMark = '177245385090'

/**
 * The decompressed bytes of all streams of a bzip2 file. A block is read when all of it is there: in flight are one of up to 2.3 MB as it
 * is compressed, one of 3.6 MB as it is sorted, and a chunk of output.
 *
 * @throws ArchiveError `bad-archive`, `unsupported-archive`; the signal's reason; what the stream throws.
 */
export async function* decompressBzip2(
  stream: ByteStream,
  chunkBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  await using input = new BitWindow(stream, signal)
  do {
    const cells = new Uint32Array(readStart(await input.bits()))
    for (let sum = 0, isEnd = false; !isEnd;) {
      signal.throwIfAborted()
      const bits = await input.bits()
      isEnd = isEndMark(bits)
      if (isEnd) {
        if (bits.readWord() !== sum) throw damagedBzip2('a stream has another check sum')
        bits.align()
      } else {
        const block = readBlock(bits, cells)
        sum = (((sum << 1) | (sum >>> 31)) ^ block.checkSum) >>> 0
        yield* blockBytes(block, chunkBytes)
      }
    }
  } while (await input.hasMore())
}

/** Reads the beginning of a stream. @returns how many bytes its blocks hold at most. */
function readStart(bits: BitReader): number {
  const level = bits.read(24) === 0x42_5a_68 ? bits.read(8) - 0x30 : 0
  if (level < 1 || level > 9) throw damagedBzip2('no stream begins where one must')
  return level * 100_000
}

function isEndMark(bits: BitReader): boolean {
  const mark = [bits.read(24), bits.read(24)].map((half) => half.toString(16).padStart(6, '0')).join('')
  if (mark !== blockMark && mark !== endMark) throw damagedBzip2('there is no block where one must be')
  return mark === endMark
}

/** What comes next of a stream, as bits. */
class BitWindow implements AsyncDisposable {
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #signal: AbortSignal
  readonly #stopped = Promise.withResolvers<never>()
  readonly #abort = (): void => this.#stopped.reject(this.#signal.reason)
  #isWaiting = false
  #bytes: Uint8Array = new Uint8Array()
  #bits = new BitReader(this.#bytes, 0)

  constructor(stream: ByteStream, signal: AbortSignal) {
    this.#chunks = stream[Symbol.asyncIterator]()
    this.#signal = signal
    this.#stopped.promise.catch(() => undefined)
    signal.addEventListener('abort', this.#abort, { once: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#abort)
    const returned = this.#chunks.return?.()
    // A generator that is still making a piece would be waited for.
    if (this.#isWaiting) returned?.catch(() => undefined)
    else await returned
  }

  /** From where the last ones were read to, with a whole block behind it if the stream goes on for so long. */
  async bits(): Promise<BitReader> {
    await this.#fill(blockBytesMax)
    return this.#bits
  }

  /** Whether anything follows. */
  async hasMore(): Promise<boolean> {
    await this.#fill(1)
    return this.#bytes.length > 0
  }

  /** Drops what was read, and reads until there are so many bytes. */
  async #fill(bytesMin: number): Promise<void> {
    const { at } = this.#bits
    const rest = this.#bytes.subarray(Math.floor(at / 8))
    const chunks = [rest]
    for (let count = rest.length; count < bytesMin;) {
      const chunk = await this.#next()
      if (chunk === undefined) break
      chunks.push(chunk)
      count += chunk.length
    }
    this.#bytes = chunks.length === 1 ? rest : Buffer.concat(chunks)
    this.#bits = new BitReader(this.#bytes, at % 8)
  }

  async #next(): Promise<Uint8Array | undefined> {
    this.#isWaiting = true
    const next = await Promise.race([this.#chunks.next(), this.#stopped.promise])
    this.#isWaiting = false
    return next.done === true ? undefined : next.value
  }
}
