import type { Clock } from '../../std/job.ts'

/** What an idle line lets through at once, in milliseconds of its rate. It also makes up for timers that are late by no more than that. */
export const burstMs = 20

/** Lets bytes through at a rate: over any time, no more than its rate and a burst. */
export class TokenBucket {
  readonly #bytesPerSecond: number
  readonly #clock: Clock
  /** When everything that was taken so far has passed. */
  #passedMs = Number.NEGATIVE_INFINITY

  constructor(bytesPerSecond: number, clock: Clock) {
    this.#bytesPerSecond = bytesPerSecond
    this.#clock = clock
  }

  /** Waits until so many bytes may pass. Whoever asks first is first. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.now()
    this.#passedMs = Math.max(this.#passedMs, nowMs - burstMs) + (bytes / this.#bytesPerSecond) * 1000
    if (this.#passedMs > nowMs) await this.#clock.sleep(this.#passedMs - nowMs, signal)
  }
}
