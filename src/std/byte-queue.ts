/** Bytes for a reader, given piece by piece: {@link ByteQueue.push} waits until the piece was taken. */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #aheadBytesMax: number
  readonly #pieces: { readonly chunk: Uint8Array; readonly taken: () => void }[] = []
  #waitingBytes = 0
  #wake: (() => void) | undefined
  #isEnded = false

  /** @param aheadBytesMax as long as no more than this waits to be taken, whoever pushes need not wait */
  constructor(aheadBytesMax = 0) {
    this.#aheadBytesMax = aheadBytesMax
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#isEnded) return
    this.#waitingBytes += chunk.length
    const { promise, resolve: taken } = Promise.withResolvers<void>()
    this.#pieces.push({ chunk, taken })
    this.#wake?.()
    if (this.#waitingBytes > this.#aheadBytesMax) await promise
  }

  /** There is no more, or nobody reads any more. */
  end(): void {
    this.#isEnded = true
    for (const { taken } of this.#pieces) taken()
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece !== undefined) {
        this.#waitingBytes -= piece.chunk.length
        piece.taken()
        yield piece.chunk
      } else if (this.#isEnded) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
