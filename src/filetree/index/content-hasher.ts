import { createHash, hash, type Hash } from 'node:crypto'

/** Above this a file is hashed as it comes; below, gathering it and hashing it in one call is faster. */
const gatheredBytesMax = 64 * 1024

/** sha256 of one file after another, whose bytes come in pieces. */
export class ContentHasher {
  readonly #gathered = Buffer.allocUnsafeSlow(gatheredBytesMax)
  #sizeBytes = 0
  #fill = 0
  #whole: Buffer | undefined
  #stream: Hash | undefined

  begin(sizeBytes: number): void {
    this.#sizeBytes = sizeBytes
    this.#fill = 0
    this.#whole = undefined
    this.#stream = sizeBytes > gatheredBytesMax ? createHash('sha256') : undefined
  }

  update(chunk: Uint8Array): void {
    if (chunk.length === this.#sizeBytes) {
      this.#whole = hash('sha256', chunk, 'buffer')
    } else if (this.#stream === undefined) {
      this.#gathered.set(chunk, this.#fill)
      this.#fill += chunk.length
    } else {
      this.#stream.update(chunk)
    }
  }

  /** The digest's 32 bytes. */
  finish(): Buffer {
    if (this.#whole !== undefined) return this.#whole
    return this.#stream?.digest() ?? hash('sha256', this.#gathered.subarray(0, this.#fill), 'buffer')
  }
}
