import { systemErrorCode } from '../../std/errors.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import { openLocalStore } from '../local-store.ts'
import { findContainer } from './find-container.ts'
import { containersFolder, isRunning, listRunning } from './running/registry.ts'

const usualSeconds = 10
const pauseMs = 20

/**
 * Ends a container: it is asked to first, and ended at once when the time is over.
 *
 * @throws ImageError `not-found`; CliError `wrong-usage`
 */
export async function stopContainer(word: string, time: string | undefined, context: CommandContext): Promise<void> {
  const { job, output } = context
  const waitMs = secondsOf(time) * 1000
  await using store = await openLocalStore(context)
  const { pid, folder } = findContainer(word, await listRunning(containersFolder(store)), 'that runs')
  const endsMs = job.clock.now() + waitMs
  send(pid, 'SIGTERM')
  while (await isRunning(folder)) {
    if (job.clock.now() >= endsMs) send(pid, 'SIGKILL')
    await job.clock.sleep(pauseMs, job.signal)
  }
  await output.write(`${word}\n`)
}

function secondsOf(text = String(usualSeconds)): number {
  if (!/^\d{1,6}$/.test(text)) wrongUsage(`--time ${text}: it is no number of seconds`)
  return Number(text)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It has ended meanwhile.
    if (systemErrorCode(error) !== 'ESRCH') throw error
  }
}
