import { closeSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { readOpenEvents, watchFileSystem } from '../../std/syscalls-observe.ts'
import { ContainerError } from '../errors.ts'
import type { ToldAccesses } from '../protocol/messages.ts'

/** Sees which files of a root are opened, until it is disposed of. */
export interface AccessWatch extends Disposable {
  /** Whether it sees anything of a root that nobody can write to. */
  readonly seesReadOnlyRoots: boolean
  /** Nobody but the container's processes opens anything from now on. */
  begin(): void
  /** All until now. @throws ContainerError `cannot-observe` where something was lost */
  accessed(job: Job): Promise<ToldAccesses>
}

const lookIntervalMs = 10

/**
 * Watches the file system that is mounted at `rootfs`, by fanotify(7).
 *
 * What a process opens that has this root has a path in it. This process, and the runtimes until they enter the root, see the same file
 * below `rootfs`: that does not count, nor does what a runtime opens in there before it executes the first program.
 *
 * @throws SystemCallError `EPERM` without the right over the whole machine, …
 */
export function watchAccesses(rootfs: string): AccessWatch {
  const queue = watchFileSystem(rootfs)
  const opened = new Set<string>()
  const executed = new Set<string>()
  let hasBegun = false
  let failure: unknown
  /** @returns whether there may be more. */
  const look = (): boolean => {
    const events = readOpenEvents(queue)
    for (const { path, isToExecute } of events) {
      if (path === rootfs || path.startsWith(`${rootfs}/`)) continue
      hasBegun ||= isToExecute
      if (!hasBegun) continue
      opened.add(path)
      if (isToExecute) executed.add(path)
    }
    return events.length > 0
  }
  const timer = setInterval(() => {
    try {
      // One piece at a time: this process has other things to do.
      if (failure === undefined && look()) globalThis.setImmediate(() => timer.refresh())
    } catch (error) {
      failure = error
    }
  }, lookIntervalMs)
  return {
    seesReadOnlyRoots: true,
    // Those of others are known by their paths.
    begin: () => undefined,
    async accessed(job) {
      while (failure === undefined && look()) {
        await setImmediate()
        job.signal.throwIfAborted()
      }
      if (failure !== undefined) throw lostError(failure)
      return { opened, executed }
    },
    [Symbol.dispose]() {
      clearInterval(timer)
      closeSync(queue)
    },
  }
}

function lostError(cause: unknown): ContainerError {
  const message = `not every file that was opened could be seen: ${errorMessage(cause)}`
  return new ContainerError('cannot-observe', message, {
    cause,
    hint: 'Run it again; the machine may be short of memory.',
  })
}
