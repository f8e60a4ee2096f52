import type { Job } from '../std/job.ts'

/** How often what failed is tried again, and how long is waited before. */
export interface RetrySettings {
  /** Tries of one request, the first included; and of a transfer without a byte of progress. */
  readonly attemptsMax: number
  /** Before the second try. Doubles with each further one, and varies by a half each way. */
  readonly delayMs: number
  readonly delayMaxMs: number
  /** A server that asks for a longer wait than this makes the request fail at once. */
  readonly retryAfterMaxMs: number
}

/** Right for most people: six tries in about half a minute. */
export const defaultRetrySettings: RetrySettings = {
  attemptsMax: 6,
  delayMs: 500,
  delayMaxMs: 15_000,
  retryAfterMaxMs: 120_000,
}

/** Counts the failures in a row of one piece of work, and waits between its tries. */
export interface Backoff {
  /** Forgets the failures so far: something went well. */
  reset(): void
  /**
   * Waits before the next try, and says so in a notice.
   *
   * @param what went wrong, for the notice: `docker.io: 503 Service Unavailable`.
   * @param askedMs what the server asked for in Retry-After.
   * @returns false when no try is left, or the server wants a longer wait than allowed.
   */
  wait(what: string, askedMs: number | undefined, job: Job): Promise<boolean>
}

/** Begins counting. */
export function createBackoff(settings: RetrySettings): Backoff {
  let failures = 0
  return {
    reset() {
      failures = 0
    },
    async wait(what, askedMs, job) {
      failures += 1
      if (failures >= settings.attemptsMax) return false
      if (askedMs !== undefined && askedMs > settings.retryAfterMaxMs) return false
      const delayMs = Math.min(settings.delayMs * 2 ** (failures - 1), settings.delayMaxMs)
      const waitMs = Math.round(Math.max(delayMs * (0.5 + Math.random()), askedMs ?? 0))
      const message = `${what}; trying again in ${(waitMs / 1000).toFixed(1)} s`
      job.emit({ type: 'notice', level: 'warning', message })
      await job.clock.sleep(waitMs, job.signal)
      return true
    },
  }
}
