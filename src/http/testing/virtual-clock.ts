import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../std/job.ts'

interface Sleeper {
  readonly atMs: number
  readonly wake: () => void
}

/** How many turns of the event loop it may take until everybody waits for the time again. */
const turns = 20

/** A clock that stands still while anything happens, and jumps to the next who sleeps when everybody waits. */
export class VirtualClock implements Clock {
  #nowMs = 0
  readonly #sleepers = new Set<Sleeper>()

  now(): number {
    return this.#nowMs
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const sleeper = { atMs: this.#nowMs + ms, wake: resolve }
      this.#sleepers.add(sleeper)
      signal.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper)
        reject(signal.reason)
      })
    })
  }

  /** Lets time pass until something is done. */
  async until<Value>(work: Promise<Value>): Promise<Value> {
    let isDone = false
    const end = (): void => {
      isDone = true
    }
    work.then(end, end)
    for (;;) {
      for (let turn = 0; turn < turns && !isDone; turn += 1) await setImmediate()
      if (isDone) return await work
      const [next] = [...this.#sleepers].toSorted((one, other) => one.atMs - other.atMs)
      if (next === undefined) throw new Error('everybody waits, and nobody for the time')
      this.#sleepers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.wake()
    }
  }
}
