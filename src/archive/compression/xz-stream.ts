import type { ByteStream } from '../../std/bytes.ts'
import { giveBackXzDecoder, takeXzDecoder, type XzDecoder, type XzOutput } from './xz-decoders.ts'

/**
 * The decompressed bytes of all streams of an xz file. The decoder works in a thread of its own while the reader deals with
 * what came before. In flight are two pieces of output, two of input, and one dictionary.
 *
 * @throws ArchiveError for damaged data, or a dictionary that is too large; the signal's reason; what the stream throws.
 */
export async function* decompressXz(stream: ByteStream, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted()
  const decoder = takeXzDecoder()
  const input = new XzInput(stream, decoder, signal)
  const read = (): Promise<XzOutput> => {
    const reading = input.orFailure(decoder.read())
    // It is met when the reader wants the next piece, which may be much later.
    reading.catch(() => undefined)
    return reading
  }
  try {
    for (let next = read(); ;) {
      const { bytes, isLast } = await next
      // The decoder goes on while the reader has this.
      if (!isLast) next = read()
      if (bytes.length > 0) yield bytes
      if (isLast) break
    }
  } finally {
    await input.endDecoder()
    if (decoder.isFree) await giveBackXzDecoder(decoder)
    else await decoder.stop()
    await input.close()
  }
}

/** Gives the decoder the stream's chunks when it wants one. */
class XzInput {
  readonly #decoder: XzDecoder
  readonly #signal: AbortSignal
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #stopped = Promise.withResolvers<never>()
  readonly #abort = (): void => this.#stopped.reject(this.#signal.reason)
  #isTaking = false
  /** Whether the decoder has asked for input that it has not got. */
  #isAwaited = false
  #reading: Promise<XzOutput> | undefined

  constructor(stream: ByteStream, decoder: XzDecoder, signal: AbortSignal) {
    this.#decoder = decoder
    this.#signal = signal
    this.#chunks = stream[Symbol.asyncIterator]()
    this.#stopped.promise.catch(() => undefined)
    signal.addEventListener('abort', this.#abort, { once: true })
    decoder.onWantsInput = () => {
      this.#isAwaited = true
      this.#take().then(
        (bytes) => this.#give(bytes),
        (error: unknown) => this.#stopped.reject(error),
      )
    }
  }

  /** What the decoder gives, or why there was no more input for it. */
  orFailure(reading: Promise<XzOutput>): Promise<XzOutput> {
    this.#reading = reading
    return Promise.race([reading, this.#stopped.promise])
  }

  /**
   * Makes a decoder ready for another stream that waits for input: without any more it ends, or fails. One that is at work is
   * left alone, as it could go on for long.
   */
  async endDecoder(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#abort)
    if (!this.#isAwaited) return
    this.#give(undefined)
    await this.#reading?.catch(() => undefined)
  }

  /** Ends the reading of the stream, also one that waits. */
  async close(): Promise<void> {
    const returned = this.#chunks.return?.()
    // A generator that is still making a piece would be waited for.
    if (this.#isTaking) returned?.catch(() => undefined)
    else await returned
  }

  async #take(): Promise<Uint8Array | undefined> {
    this.#isTaking = true
    const next = await this.#chunks.next()
    this.#isTaking = false
    return next.done === true ? undefined : next.value
  }

  /** What comes after the decoder was ended is for nobody. */
  #give(bytes: Uint8Array | undefined): void {
    if (!this.#isAwaited) return
    this.#isAwaited = false
    this.#decoder.giveInput(bytes)
  }
}
