import type { ExitStatus } from './exit-status.ts'

const statusOfSignal = { SIGINT: 130, SIGTERM: 143 } as const

/** What a job's signal is aborted with when the user or the system ends it. */
export class InterruptedError extends Error {
  readonly status: ExitStatus

  constructor(signal: Interrupt) {
    super(`interrupted by ${signal}`)
    this.name = 'InterruptedError'
    this.status = statusOfSignal[signal]
  }
}

/** What the user or the system ends a job with. */
export type Interrupt = keyof typeof statusOfSignal

/** Ctrl-C and SIGTERM. */
export interface Interrupts {
  /** Of a job that ends with the first of them; the second one ends the process at once. */
  readonly signal: AbortSignal
  /** They are somebody else's until this is disposed of: of a program that is run in the user's place. */
  take(handler: (name: Interrupt) => void): Disposable
}

/** Listens for what ends a job. */
export function listenForInterrupts(): Interrupts & Disposable {
  const controller = new AbortController()
  let taken: ((name: Interrupt) => void) | undefined
  const stop = (signal: NodeJS.Signals): void => {
    const name = signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT'
    if (taken !== undefined) return taken(name)
    const error = new InterruptedError(name)
    if (controller.signal.aborted) process.exit(error.status)
    controller.abort(error)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    signal: controller.signal,
    take(handler) {
      taken = handler
      return { [Symbol.dispose]: () => (taken = undefined) }
    },
    [Symbol.dispose]() {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    },
  }
}
