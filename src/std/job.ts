import type { ProgressEvent } from './events.ts'
import { defaultLimits, type Limits } from './limits.ts'

/** Time, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** What every operation is given: how to be cancelled, what bounds it, what time it is, and where to report. */
export interface Job {
  readonly signal: AbortSignal
  readonly limits: Limits
  readonly clock: Clock
  emit(event: ProgressEvent): void
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const stop = (): void => {
        clearTimeout(timer)
        reject(signal.reason)
      }
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop)
        resolve()
      }, ms)
      signal.addEventListener('abort', stop, { once: true })
    }),
}

/** A job with the usual limits and the machine's clock that nobody watches, unless `parts` says otherwise. */
export function createJob(parts: Partial<Job> = {}): Job {
  return {
    signal: parts.signal ?? new AbortController().signal,
    limits: parts.limits ?? defaultLimits,
    clock: parts.clock ?? systemClock,
    emit: parts.emit ?? (() => undefined),
  }
}

/** The same job under another signal: for work that ends earlier than its parent. */
export function withSignal(job: Job, signal: AbortSignal): Job {
  return { signal, limits: job.limits, clock: job.clock, emit: (event) => job.emit(event) }
}
