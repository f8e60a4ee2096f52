import { endChildren } from './child.ts'

/** Ends what runs and disposes of a stack when the benchmark itself is ended: daemons, mounts and folders go with it. */
export function disposeOnSignals(stack: AsyncDisposableStack): AsyncDisposableStack {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      // What runs now fails, of which nobody is to hear.
      process.on('uncaughtException', () => undefined)
      endChildren()
      void stack.disposeAsync().finally(() => process.exit(1))
    })
  }
  return stack
}
