const joinedBytes = 256 * 1024
const passedBytes = 64 * 1024

/** Joins small pieces into chunks of 256 KiB, so that what follows is not called for every header. Large ones pass as they are. */
export class ChunkJoiner {
  #buffer = Buffer.alloc(0)
  #fill = 0

  /** @returns what is to be sent on, in order. */
  add(piece: Uint8Array): readonly Uint8Array[] {
    if (piece.length >= passedBytes) return [...this.flush(), piece]
    const sent = this.#fill + piece.length > this.#buffer.length ? this.flush() : none
    if (this.#fill === 0) this.#buffer = Buffer.allocUnsafeSlow(joinedBytes)
    this.#buffer.set(piece, this.#fill)
    this.#fill += piece.length
    return sent
  }

  flush(): readonly Uint8Array[] {
    if (this.#fill === 0) return none
    const chunk = this.#buffer.subarray(0, this.#fill)
    this.#fill = 0
    return [chunk]
  }
}

const none: readonly Uint8Array[] = []
