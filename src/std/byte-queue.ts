/** Bytes for a reader, given piece by piece: {@link ByteQueue.push} waits until the piece was taken. */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #pieces: { readonly chunk: Uint8Array; readonly taken: () => void }[] = []
  #wake: (() => void) | undefined
  #isEnded = false

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#isEnded) return
    await new Promise<void>((taken) => {
      this.#pieces.push({ chunk, taken })
      this.#wake?.()
    })
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
        piece.taken()
        yield piece.chunk
      } else if (this.#isEnded) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
