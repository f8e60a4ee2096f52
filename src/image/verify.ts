import type { ByteStream } from '../std/bytes.ts'
import type { Descriptor } from './descriptor.ts'
import { digestAlgorithm, DigestHasher } from './digest.ts'
import { ImageError } from './errors.ts'

/**
 * The same bytes, checked on the way: throws as soon as there are too many of them, and at the end if there are too few
 * or if they do not have the descriptor's digest. What was read before the throw must be thrown away.
 *
 * @throws ImageError `digest-mismatch`, `size-mismatch`
 */
export async function* verified(stream: ByteStream, descriptor: Descriptor): AsyncGenerator<Uint8Array> {
  const check = new ContentCheck(descriptor)
  for await (const chunk of stream) {
    check.update(chunk)
    yield chunk
  }
  check.finish()
}

/** {@link verified} for those who push the bytes in themselves. */
export class ContentCheck {
  readonly #descriptor: Descriptor
  readonly #hasher: DigestHasher

  constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor
    this.#hasher = new DigestHasher(digestAlgorithm(descriptor.digest))
  }

  /** How many bytes went in so far. */
  get sizeBytes(): number {
    return this.#hasher.sizeBytes
  }

  /** @throws ImageError `size-mismatch` when there are more bytes than the descriptor says. */
  update(chunk: Uint8Array): void {
    this.#hasher.update(chunk)
    if (this.#hasher.sizeBytes > this.#descriptor.size) this.#wrongSize('more than that came')
  }

  /** @throws ImageError `digest-mismatch`, `size-mismatch` */
  finish(): void {
    const { digest, size } = this.#descriptor
    if (this.#hasher.sizeBytes !== size) this.#wrongSize(`${this.#hasher.sizeBytes} came`)
    const actual = this.#hasher.digest()
    if (actual === digest) return
    throw new ImageError('digest-mismatch', `content of ${digest} has the digest ${actual}`, {
      hint: 'It was damaged or tampered with on the way. Nothing of it was kept.',
    })
  }

  #wrongSize(what: string): never {
    const { digest, size } = this.#descriptor
    throw new ImageError('size-mismatch', `content of ${digest} should have ${size} bytes, but ${what}`)
  }
}
