import type { ProgressEvent } from '../std/events.ts'
import { nearest } from '../std/nearest.ts'
import { OperationError } from '../std/errors.ts'
import { createJob, systemClock } from '../std/job.ts'
import { parseRest, parseStart } from './command-line.ts'
import type { CommandDefinition, FailureStatus } from './command.ts'
import { commands, describeCommands, findCommand } from './commands.ts'
import { loadConfiguration } from './configuration.ts'
import { CliError, wrongUsage } from './errors.ts'
import { exitStatusOf, type CommandOutcome } from './exit-status.ts'
import { describeFailure } from './failure.ts'
import type { GlobalOptions } from './global-options.ts'
import { commandHelp, overviewHelp } from './help.ts'
import { InterruptedError, listenForInterrupts, type Interrupts } from './interrupt.ts'
import { standardOutput, type Output } from './output.ts'
import { createProgressView } from './progress.ts'
import { quietView, type ProgressView } from './terminal/progress-view.ts'
import { styleFor } from '../std/style.ts'
import { transferMemoryBound } from './transfer-memory.ts'

/** What the line decides before its command is known; failures are printed by it. */
interface Session {
  readonly environment: NodeJS.ProcessEnv
  readonly output: Output
  view: ProgressView
  debug: boolean
  failureStatus: FailureStatus
}

/** Does what a command line says, and prints what goes wrong on the way. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const output = standardOutput(() => session.view.clear())
  const session: Session = {
    environment: process.env,
    output,
    view: quietView,
    debug: argv.includes('--debug'),
    failureStatus: exitStatusOf,
  }
  process.stderr.on('error', () => undefined)
  using interrupts = listenForInterrupts()
  try {
    const outcome = await dispatch(argv, session, interrupts)
    session.view.close()
    return typeof outcome === 'number' ? outcome : outcome.programStatus
  } catch (error) {
    session.view.close()
    return await reportFailure(error, interrupts.signal, session)
  }
}

async function reportFailure(error: unknown, signal: AbortSignal, session: Session): Promise<number> {
  if (signal.aborted && signal.reason instanceof InterruptedError) {
    process.stderr.write(`${signal.reason.message}\n`)
    return signal.reason.status
  }
  const closed = error instanceof CliError && error.code === 'output-closed'
  if (!closed) {
    const style = styleFor(process.stderr.isTTY, session.environment)
    const failure = await withLeastFix(error, session.environment)
    process.stderr.write(describeFailure(failure, session.debug, style, process.stderr.columns))
  }
  return session.failureStatus(error)
}

/** What fails because of the machine is told with what doctor would say. */
async function withLeastFix(error: unknown, environment: NodeJS.ProcessEnv): Promise<unknown> {
  if (!(error instanceof OperationError) || !['no-namespaces', 'cannot-mount', 'no-sandbox'].includes(error.code)) {
    return error
  }
  const { fixOfFailure } = await import('./doctor/checks.ts')
  const { thisMachine } = await import('./doctor/machine.ts')
  const fix = fixOfFailure(
    error.code,
    thisMachine(environment, () => systemClock.now()),
  )
  if (fix === undefined) return error
  return new OperationError(error.code, error.message, { cause: error.cause, hint: fix })
}

async function dispatch(argv: readonly string[], session: Session, interrupts: Interrupts): Promise<CommandOutcome> {
  const start = parseStart(argv)
  const style = styleFor(session.output.isTerminal, session.environment)
  const helpAsked = start.help || start.name === 'help'
  const name = start.name === 'help' ? start.rest.find((word) => !word.startsWith('-')) : start.name
  if (name === undefined) {
    if (!helpAsked) return wrongUsage('no command was given', 'wherry --help lists them.')
    await session.output.write(overviewHelp(commands, style))
    return 0
  }
  if (name === '__complete') {
    const { complete } = await import('./completion/candidates.ts')
    return complete(start.rest, session.output, session.environment)
  }
  const entry = findCommand(name) ?? unknownCommand(name)
  const { definition } = await entry.load()
  session.failureStatus = definition.failureStatus ?? exitStatusOf
  const parsed = helpAsked ? 'help' : parseRest(entry.name, definition.spec, start.rest, start.options)
  if (parsed === 'help') {
    await session.output.write(commandHelp(entry, definition.spec, style))
    return 0
  }
  return runCommand(definition, parsed, session, interrupts)
}

async function runCommand(
  definition: CommandDefinition,
  parsed: Exclude<ReturnType<typeof parseRest>, 'help'>,
  session: Session,
  interrupts: Interrupts,
): Promise<CommandOutcome> {
  const { environment, output } = session
  const { globals, line } = parsed
  session.debug = globals.debug
  session.view = createProgressView(progressMode(globals), environment)
  const configuration = await loadConfiguration(environment)
  const boundMemory = transferMemoryBound()
  const emit = (event: ProgressEvent): void => {
    boundMemory(event)
    session.view.emit(event)
  }
  const job = createJob({ signal: interrupts.signal, limits: configuration.limits, emit })
  const style = styleFor(output.isTerminal, environment)
  const endDrawing = (): void => {
    session.view.close()
    const mode = progressMode(globals)
    session.view = createProgressView(mode === 'auto' ? 'plain' : mode, environment)
  }
  return definition.run(
    { job, interrupts, endDrawing, output, style, environment, configuration, globals, describeCommands },
    line,
  )
}

function progressMode(globals: GlobalOptions): NonNullable<GlobalOptions['progress']> {
  return globals.quiet ? 'quiet' : (globals.progress ?? 'auto')
}

function unknownCommand(name: string): never {
  const meant = nearest(
    name,
    commands.flatMap((entry) => [entry.name, ...(entry.aliases ?? [])]),
  )
  const hint = meant === undefined ? 'wherry --help lists the commands.' : `Did you mean wherry ${meant}?`
  return wrongUsage(`there is no command ${JSON.stringify(name)}`, hint)
}
