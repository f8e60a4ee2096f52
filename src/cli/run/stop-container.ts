import { ImageError } from '../../image/errors.ts'
import { systemErrorCode } from '../../std/errors.ts'
import { nearest } from '../../std/nearest.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import { openLocalStore } from '../local-store.ts'
import { containersFolder, isRunning, listRunning, type RunningContainer } from './running/registry.ts'

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
  const { pid, folder } = findRunning(word, await listRunning(containersFolder(store)))
  const endsMs = job.clock.now() + waitMs
  send(pid, 'SIGTERM')
  while (await isRunning(folder)) {
    if (job.clock.now() >= endsMs) send(pid, 'SIGKILL')
    await job.clock.sleep(pauseMs, job.signal)
  }
  await output.write(`${word}\n`)
}

function findRunning(word: string, running: readonly RunningContainer[]): RunningContainer {
  const named = running.find(({ name, id }) => name === word || id === word)
  const beginning = running.filter(({ id }) => id.startsWith(word))
  const [only, ...others] = beginning
  if (named !== undefined) return named
  if (only !== undefined && others.length === 0) return only
  if (only !== undefined) wrongUsage(`several containers begin with ${word}`, 'Give more of the ID.')
  const names = running.map(({ name, id }) => name ?? id)
  const near = nearest(word, names)
  const list = names.length === 0 ? 'Nothing runs.' : `These run: ${names.join(', ')}.`
  throw new ImageError('not-found', `there is no container ${word} that runs`, {
    hint: near === undefined ? list : `Did you mean ${near}?`,
  })
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
