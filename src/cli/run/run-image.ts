import { randomBytes } from 'node:crypto'
import type { Container } from '../../container/container.ts'
import type { Image } from '../../image/image.ts'
import { parsePlatform } from '../../image/platform.ts'
import { readSignal } from '../../image/stop-signal.ts'
import type { ExitResult } from '../../sandbox/process-spec.ts'
import { withSignal, type Job } from '../../std/job.ts'
import { findRunnable } from '../../toolchain/runnable-image.ts'
import type { Toolchain } from '../../toolchain/toolchain.ts'
import { openCommandToolchain } from '../command-toolchain.ts'
import type { CommandContext } from '../context.ts'
import type { CommandOutcome } from '../exit-status.ts'
import { readBackground, sayStarted, startInBackground } from './background.ts'
import { containerProcess, type PlannedProcess } from './container-process.ts'
import { readLineSettings } from './line-settings.ts'
import type { RunOptions } from './options.ts'
import { runFailureStatus } from './failure-status.ts'
import { portText } from './ports.ts'
import {
  containersFolder,
  enterContainer,
  forgetContainer,
  noteEnded,
  noteRunning,
  type ContainerState,
} from './running/registry.ts'
import { passSignals, statusOf } from './signals.ts'
import { checkTerminal, joinTerminals } from './terminal.ts'

const idBytes = 6

/** What a line says to be run. */
interface Wanted extends PlannedProcess {
  readonly id: string
  readonly image: Image
  readonly options: RunOptions
  readonly state: ContainerState
  /** Of the process that `--detach` has started. */
  readonly background: { readonly path: string } | undefined
}

/**
 * Runs an image as the line says, in this process' place: its input and output, its signals, and in the end its status. Or starts another
 * process that does so.
 */
export async function runImage(
  word: string,
  command: readonly string[],
  options: RunOptions,
  caller: CommandContext,
): Promise<CommandOutcome> {
  const background = readBackground(caller.environment)
  const context = background === undefined ? caller : withoutProgress(caller)
  const { job, environment } = context
  if (!options.detach) checkTerminal(options)
  const settings = await readLineSettings(options)
  await using toolchain = await openCommandToolchain(context, options)
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform)
  // Whoever started this in the background has it fetched.
  const pull = background === undefined ? options.pull : 'never'
  const image = await findRunnable(word, { platform, pull }, toolchain, job)
  const id = background?.id ?? randomBytes(idBytes).toString('hex')
  const surroundings = { image, settings, layersDirectory: toolchain.folders.layers, id, environment }
  // What is to be said of the line, whoever started this has said.
  const planning = background === undefined ? job : { ...job, emit: () => undefined }
  const planned = await containerProcess(command, options, surroundings, planning)
  const state = stateOf(word, planned, { id, name: options.name }, job)
  const wanted = { ...planned, id, image, options, state, background }
  if (background !== undefined) return await runInBackground(wanted, background, toolchain, context)
  const folder = await enterContainer(containersFolder(toolchain.store), { id, name: options.name }, job)
  await using held = new AsyncDisposableStack()
  held.use(folder.lock)
  if (options.detach) return await runDetached(wanted, folder, context)
  held.defer(() => forgetContainer(folder))
  noteRunning(folder, state)
  return await runToEnd(wanted, toolchain, context)
}

function stateOf(
  image: string,
  { process }: PlannedProcess,
  { id, name }: { readonly id: string; readonly name: string | undefined },
  job: Job,
): ContainerState {
  return {
    ...{ id, name, image },
    pid: globalThis.process.pid,
    command: [...process.arguments],
    startedMs: job.clock.now(),
    ports: process.publishedPorts.map(portText),
  }
}

/** How it ends is noted: nobody sees the status of this process. */
async function runInBackground(
  wanted: Wanted,
  folder: { readonly path: string },
  toolchain: Toolchain,
  context: CommandContext,
): Promise<CommandOutcome> {
  let status = 0
  try {
    const outcome = await runToEnd(wanted, toolchain, context)
    status = outcome.programStatus
    return outcome
  } catch (error) {
    status = runFailureStatus(error)
    throw error
  } finally {
    if (wanted.options.rm) await forgetContainer(folder)
    else noteEnded(folder, { status, endedMs: context.job.clock.now() })
  }
}

/** A log is for what the process says. */
function withoutProgress(context: CommandContext): CommandContext {
  const emit: Job['emit'] = (event) => {
    if (event.type === 'notice' && event.level === 'warning') context.job.emit(event)
  }
  return { ...context, job: { ...context.job, emit } }
}

async function runDetached(
  { id, options: { name } }: Wanted,
  folder: Awaited<ReturnType<typeof enterContainer>>,
  { environment, output, job }: CommandContext,
): Promise<CommandOutcome> {
  const start = await startInBackground(folder, environment)
  if ('status' in start) {
    await forgetContainer(folder)
    globalThis.process.stderr.write(start.said)
    return { programStatus: start.status }
  }
  await output.write(`${id}\n`)
  notify([...start.notices, `wherry logs ${name ?? id} shows its output, wherry stop ${name ?? id} ends it`], job)
  return 0
}

function notify(messages: readonly string[], job: Job): void {
  for (const message of messages) job.emit({ type: 'notice', level: 'info', message })
}

async function runToEnd(
  wanted: Wanted,
  { containers }: Toolchain,
  context: CommandContext,
): Promise<{ readonly programStatus: number }> {
  await using container = await containers.open(wanted.image.layers, context.job)
  return { programStatus: statusOf(await runHere(container, wanted, context)) }
}

async function runHere(
  container: Container,
  { process: spec, image, options, state, background, notices }: Wanted,
  context: CommandContext,
): Promise<ExitResult> {
  const { job, interrupts, output } = context
  const { stdin, stderr } = process
  const isBackground = background !== undefined
  const isInteractive = options.interactive && !isBackground
  const stopSignal = readSignal(image.config.config?.StopSignal)
  using held = new DisposableStack()
  const ending = new AbortController()
  const running: Job = withSignal(job, AbortSignal.any([job.signal, ending.signal]))
  const streams = {
    input: isInteractive ? stdin : undefined,
    async output(chunk: Uint8Array, stream: 'stdout' | 'stderr'): Promise<void> {
      try {
        if (stream === 'stdout') await output.write(chunk)
        else await new Promise<void>((resolve) => stderr.write(chunk, () => resolve()))
      } catch (error) {
        // Nobody reads any more: the process has no reason to go on.
        ending.abort(error)
      }
    },
  }
  if (isInteractive) held.defer(() => stdin.destroy())
  context.endDrawing()
  const result = await container.run(spec, streams, running, () => {
    held.use(passSignals(container, { stopSignal, isBackground }, interrupts))
    if (options.tty && !isBackground) held.use(joinTerminals(container, isInteractive))
    if (background === undefined) return notify(notices, job)
    noteRunning(background, state)
    sayStarted(notices)
  })
  running.signal.throwIfAborted()
  return result
}
