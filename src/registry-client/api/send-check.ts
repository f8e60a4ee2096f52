import type { ByteStream } from '../../std/bytes.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { ImageError } from '../../image/errors.ts'
import { ContentCheck } from '../../image/verify.ts'

/**
 * Checks a blob while it is sent, perhaps in several tries that overlap. Every byte is hashed once, however often it is
 * sent; that it was the same each time, the registry checks.
 */
export class SendCheck {
  readonly #check: ContentCheck
  readonly #descriptor: Descriptor
  #sourceError: unknown

  constructor(descriptor: Descriptor) {
    this.#check = new ContentCheck(descriptor)
    this.#descriptor = descriptor
  }

  /** How many bytes were given to be sent so far. */
  get sizeBytes(): number {
    return this.#check.sizeBytes
  }

  /** What the last stream threw, or what was wrong with it. */
  get sourceError(): unknown {
    return this.#sourceError
  }

  /**
   * The stream's bytes, which begin at `offsetBytes` of the blob: at most {@link sizeBytes}.
   *
   * @throws ImageError `digest-mismatch`, `size-mismatch`, before the last byte is given; and what the stream throws.
   */
  async *pass(stream: ByteStream, offsetBytes: number): AsyncGenerator<Uint8Array> {
    let position = offsetBytes
    try {
      for await (const chunk of stream) {
        this.#update(chunk, position)
        position += chunk.length
        yield chunk
      }
      if (position < this.#descriptor.size) this.#wrongSize(`${position} came`)
    } catch (error) {
      this.#sourceError = error
      throw error
    }
  }

  #update(chunk: Uint8Array, position: number): void {
    const { size } = this.#descriptor
    if (position + chunk.length > size) this.#wrongSize('more than that came')
    const fresh = chunk.subarray(Math.min(this.#check.sizeBytes - position, chunk.length))
    if (fresh.length === 0) return
    this.#check.update(fresh)
    if (this.#check.sizeBytes === size) this.#check.finish()
  }

  #wrongSize(what: string): never {
    const { digest, size } = this.#descriptor
    throw new ImageError('size-mismatch', `content of ${digest} should have ${size} bytes, but ${what}`)
  }
}
