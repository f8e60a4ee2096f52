import { constants } from 'node:os'
import type { Container } from '../../container/container.ts'
import type { ExitResult } from '../../sandbox/process-spec.ts'
import type { Interrupts } from '../interrupt.ts'

const passedOn = ['SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

/** What asks a process to end. */
export interface StopManner {
  /** The signal by which the image wants to be stopped, if it says one. */
  readonly stopSignal: NodeJS.Signals | undefined
  /** Whether nobody else could stop it: then SIGTERM means what Ctrl-C means elsewhere. */
  readonly isBackground: boolean
}

/**
 * Passes signals on to the process, until it is disposed of. The first Ctrl-C is the image's own signal to stop, the second one ends the
 * process at once; in the background it is SIGTERM that does so.
 */
export function passSignals(
  container: Container,
  { stopSignal, isBackground }: StopManner,
  interrupts: Pick<Interrupts, 'take'>,
): Disposable {
  using stack = new DisposableStack()
  let isAsked = false
  stack.use(
    interrupts.take((name) => {
      const stops = isBackground || name === 'SIGINT'
      container.kill(!stops ? name : isAsked ? 'SIGKILL' : (stopSignal ?? name))
      isAsked ||= stops
    }),
  )
  for (const name of passedOn) {
    const pass = (): void => container.kill(name)
    process.on(name, pass)
    stack.defer(() => process.off(name, pass))
  }
  const moved = stack.move()
  return { [Symbol.dispose]: () => moved.dispose() }
}

/** What a shell would tell of how a process ended. */
export function statusOf(result: ExitResult): number {
  return result.kind === 'exited' ? result.status : 128 + constants.signals[result.signal]
}
