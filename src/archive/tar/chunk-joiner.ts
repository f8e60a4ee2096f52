const arenaBytes = 256 * 1024
const passedBytes = 4 * 1024

/** Joins small pieces, so that what follows is not called for every header. Others pass as they are, uncopied. */
export class ChunkJoiner {
  #arena = Buffer.alloc(0)
  /** What has been joined lies between these, and what was sent on before them. */
  #start = 0
  #end = 0

  /** @returns what is to be sent on, in order. */
  add(piece: Uint8Array): readonly Uint8Array[] {
    if (piece.length >= passedBytes) return [...this.flush(), piece]
    const sent = this.#makeRoom(piece.length)
    this.#arena.set(piece, this.#end)
    this.#end += piece.length
    return sent
  }

  /** The same for a few zeros. */
  addZeros(count: number): readonly Uint8Array[] {
    const sent = this.#makeRoom(count)
    this.#arena.fill(0, this.#end, this.#end + count)
    this.#end += count
    return sent
  }

  flush(): readonly Uint8Array[] {
    if (this.#start === this.#end) return none
    const chunk = this.#arena.subarray(this.#start, this.#end)
    this.#start = this.#end
    return [chunk]
  }

  #makeRoom(bytes: number): readonly Uint8Array[] {
    if (this.#end + bytes <= this.#arena.length) return none
    const sent = this.flush()
    this.#arena = Buffer.allocUnsafeSlow(arenaBytes)
    this.#start = 0
    this.#end = 0
    return sent
  }
}

const none: readonly Uint8Array[] = []
