import type { ExitStatus } from './exit-status.ts'

const statusOfSignal = { SIGINT: 130, SIGTERM: 143 } as const

/** What a job's signal is aborted with when the user or the system ends it. */
export class InterruptedError extends Error {
  readonly status: ExitStatus

  constructor(signal: keyof typeof statusOfSignal) {
    super(`interrupted by ${signal}`)
    this.name = 'InterruptedError'
    this.status = statusOfSignal[signal]
  }
}

/** The signal of a job that ends at Ctrl-C or SIGTERM: the first one asks it to stop, the second one ends the process at once. */
export function interruptSignal(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController()
  const stop = (name: NodeJS.Signals): void => {
    const error = new InterruptedError(name === 'SIGTERM' ? 'SIGTERM' : 'SIGINT')
    if (controller.signal.aborted) process.exit(error.status)
    controller.abort(error)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    },
  }
}
