const windowMs = 4000
const stepMs = 200

interface Sample {
  readonly atMs: number
  readonly bytes: number
}

/** How fast bytes move, over the last few seconds. */
export class TransferSpeed {
  /** The oldest first; at most `windowMs / stepMs` and the newest one. */
  #samples: readonly Sample[]
  #newest: Sample

  constructor(nowMs: number) {
    this.#newest = { atMs: nowMs, bytes: 0 }
    this.#samples = [this.#newest]
  }

  /** @param bytes the count so far. When it goes back, as when a transfer starts over, measuring starts over too. */
  add(nowMs: number, bytes: number): void {
    const restarted = bytes < this.#newest.bytes
    this.#newest = { atMs: nowMs, bytes }
    if (restarted) this.#samples = [this.#newest]
    const last = this.#samples.at(-1)
    if (last !== undefined && nowMs - last.atMs < stepMs) return
    this.#samples = [...this.#samples.filter((sample) => nowMs - sample.atMs <= windowMs), this.#newest]
  }

  /** Undefined as long as too little was seen to tell. */
  bytesPerSecond(nowMs: number): number | undefined {
    const oldest = this.#samples[0]
    if (oldest === undefined) return undefined
    const elapsedMs = nowMs - oldest.atMs
    return elapsedMs < stepMs ? undefined : ((this.#newest.bytes - oldest.bytes) * 1000) / elapsedMs
  }
}
