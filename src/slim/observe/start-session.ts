import type { Duplex } from 'node:stream'
import type { Container } from '../../container/container.ts'
import { readSignal } from '../../image/stop-signal.ts'
import type { ExitResult } from '../../sandbox/process-spec.ts'
import { errorMessage, OperationError } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { OutputKeeper } from '../../std/said-output.ts'
import type { AppLaunch, AppRunnerOptions, AppSession } from '../app-session.ts'
import { SlimError } from '../errors.ts'
import { alone, appProcess, volumePaths, type ProcessPlace } from './app-process.ts'
import { startCompanions } from './start-companions.ts'

/** Starts an app in a container of its own, behind what is to run beside it. It has begun when this is done. */
export async function startSession(
  launch: AppLaunch,
  options: AppRunnerOptions,
  observed: 'opened' | 'missing' | undefined,
  job: Job,
): Promise<TracedSession> {
  const { companions } = launch
  if (companions === undefined) return await startAlone(launch, options, observed, alone, job)
  await using opened = new AsyncDisposableStack()
  const place = opened.use(await startCompanions(companions, launch.network, options, startAlone, job))
  const app = await startAlone(launch, options, observed, place.of(alone.hostname), job)
  const held = opened.move()
  const close = async (): Promise<void> => {
    await app[Symbol.asyncDispose]()
    await held.disposeAsync()
  }
  return { ...app, [Symbol.asyncDispose]: close }
}

async function startAlone(
  launch: AppLaunch,
  { host, layersDirectory }: AppRunnerOptions,
  observed: 'opened' | 'missing' | undefined,
  place: ProcessPlace,
  job: Job,
): Promise<TracedSession> {
  const process = await appProcess(launch, place, layersDirectory, job)
  await using opened = new AsyncDisposableStack()
  const container = opened.use(await asSlimError(host.open(launch.image.layers, job, { observed })))
  const keeper = new OutputKeeper()
  const running = Promise.withResolvers<undefined>()
  const ended = container.run(process, { input: undefined, output: keeper.add.bind(keeper) }, job, () =>
    running.resolve(undefined),
  )
  ended.catch(ignore)
  await asSlimError(Promise.race([running.promise, ended]))
  const beganMs = await beginning(container, ended, job)
  const held = opened.move()
  const close = async (): Promise<void> => {
    await held.disposeAsync()
    await ended.catch(ignore)
  }
  return { ...session(launch, { container, keeper, ended, beganMs, close }), missing: (job) => container.missing(job) }
}

/** A session that may be traced. */
export interface TracedSession extends AppSession {
  /** When it has ended. */
  missing(job: Job): Promise<readonly string[]>
}

function ignore(): void {}

/** What ends at once may have ended before it was seen to begin. What never began says why. */
async function beginning(container: Container, ended: Promise<ExitResult>, job: Job): Promise<number> {
  try {
    return await container.begun(job)
  } catch (error) {
    job.signal.throwIfAborted()
    if (!hasCode(error, 'not-running')) throw error
    await ended
    return monotonicMs()
  }
}

interface SessionParts {
  readonly container: Container
  readonly keeper: OutputKeeper
  readonly ended: Promise<ExitResult>
  readonly beganMs: number
  readonly close: () => Promise<void>
}

function session(launch: AppLaunch, { container, keeper, ended, beganMs, close }: SessionParts): AppSession {
  const places = volumePaths(launch)
  return {
    ended,
    elapsedMs: () => monotonicMs() - beganMs,
    output: () => keeper.said(),
    listeningPorts: (job) => container.listeningPorts(job),
    connect: (port, job) => connect(container, port, job),
    async execute(command, job) {
      const { result, ...output } = await container.execute(command, job)
      return { result, output }
    },
    memory: (job) => container.memory(job),
    accessed: (job) => asSlimError(container.accessed(job)),
    async written(job) {
      const paths = await container.written(job)
      return new Set([...paths].filter((path) => !places.some((place) => `${path}/`.startsWith(`${place}/`))))
    },
    stop: (graceMs) => stop(container, ended, readSignal(launch.image.config.config?.StopSignal), graceMs),
    [Symbol.asyncDispose]: close,
  }
}

async function stop(
  container: Container,
  ended: Promise<ExitResult>,
  signal: NodeJS.Signals = 'SIGTERM',
  graceMs: number,
): Promise<ExitResult> {
  await container.stop(signal, graceMs)
  return await ended
}

async function connect(container: Container, port: number, job: Job): Promise<Duplex> {
  try {
    return await container.connect(port, job)
  } catch (error) {
    if (!hasCode(error, 'cannot-connect') && !hasCode(error, 'not-running')) throw error
    throw new SlimError('never-ready', `no connection to port ${port} of the app: ${errorMessage(error)}`, {
      cause: error,
    })
  }
}

/** What containers cannot observe is slim's own error: errors of the other process have nothing but their code. */
async function asSlimError<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof OperationError) || error.code !== 'cannot-observe') throw error
    throw new SlimError('cannot-observe', error.message, { cause: error, hint: error.hint })
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof OperationError && error.code === code
}

/** CLOCK_MONOTONIC of clock_gettime(2), as the containers' process has it. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
