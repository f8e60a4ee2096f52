import { randomUUID } from 'node:crypto'
import { grownTree } from '../build/grown-tree.ts'
import type { SourceTree } from '../build/source-tree.ts'
import { createJob, type Job } from '../std/job.ts'
import type { AppLaunch, Restraint } from './app-session.ts'
import { SlimError } from './errors.ts'
import { probeApp, repeatPlan } from './probe-app.ts'
import type { ProbePlan, ProbeRecord } from './probe.ts'
import type { RunnableImage } from './prove/prove.ts'
import type { SlimMachinery, SlimRequest } from './slim-request.ts'
import { commentLine } from './source-file.ts'
import { buildText } from './steps/build-text.ts'
import { appLaunch, unrestrained } from './steps/run-app.ts'

/** A Dockerfile to be built again. */
export interface TimedBuild {
  readonly text: string
  readonly target: string | undefined
  /** Whether everything is done anew. */
  readonly isCold: boolean
  /** A source file of the context that is another one in each build; undefined: nothing is changed. */
  readonly changedFile?: string | undefined
}

/** What takes longer is not measured: nobody waits for a card for so long. */
const buildMsMax = 180_000

/** Builds it, and gives the milliseconds that this took. @throws SlimError `never-ready` after three minutes, unless it is a build from nothing */
export function timedBuild(
  { text, target, isCold, changedFile }: TimedBuild,
  request: SlimRequest,
  machinery: SlimMachinery,
): (job: Job) => Promise<number> {
  const build = isCold ? { ...request.build, withoutCache: 'all' as const } : request.build
  return async (job) => {
    const context = changedFile === undefined ? build.context : changedContext(build.context, changedFile)
    const late = AbortSignal.timeout(buildMsMax)
    const signal = isCold ? job.signal : AbortSignal.any([job.signal, late])
    const startedMs = performance.now()
    try {
      // What is built for the clock alone is not told again.
      const quiet = createJob({ signal, limits: job.limits, clock: job.clock })
      await buildText(text, target, { build: { ...build, context } }, machinery, quiet)
    } catch (error) {
      if (!late.aborted || job.signal.aborted) throw error
      throw new SlimError('never-ready', `it takes more than ${buildMsMax / 60_000} minutes`, { cause: error })
    }
    return performance.now() - startedMs
  }
}

/** The context with a comment in one file that no build has seen before. */
function changedContext(context: SourceTree | undefined, path: string): SourceTree | undefined {
  return context === undefined ? undefined : grownTree(context, path, commentLine(path, randomUUID()))
}

/** What a start of an app came to. */
export interface MeasuredStart {
  /** From the start of the process until its first answer, or until it ended where that is what it does. */
  readonly firstAnswerMs: number
  /** What its processes take when it has nothing to do; undefined where it ended, nobody can tell, or it was not looked at. */
  readonly idleBytes: number | undefined
  /** Whether the limits held that its launch has; undefined where it ended. */
  readonly isLimited: boolean | undefined
}

/** How long an app that was asked something is left alone until its memory is looked at. */
const idleMs = 1000

/**
 * Starts an app, asks it once, and where its memory is wanted, leaves it alone for a moment.
 *
 * @param plan of which the first probe is asked
 * @throws SlimError `never-ready`, and what starting throws
 */
export async function measureStart(
  launch: AppLaunch,
  plan: ProbePlan,
  { runner, looksAtMemory }: Pick<SlimMachinery, 'runner'> & { readonly looksAtMemory: boolean },
  job: Job,
): Promise<MeasuredStart> {
  await using app = await runner.start(launch, job)
  const record = await probeApp(app, { ...plan, probes: plan.probes.slice(0, 1), explores: false }, job)
  const firstAnswerMs = record.firstAnswerMs ?? endedAfterMs(record)
  if (firstAnswerMs === undefined) throw new SlimError('never-ready', 'it did not answer')
  if (record.firstAnswerMs === undefined) return { firstAnswerMs, idleBytes: undefined, isLimited: undefined }
  if (looksAtMemory) await job.clock.sleep(idleMs, job.signal)
  const { sizeBytes, isLimited } = await app.memory(job)
  return { firstAnswerMs, idleBytes: looksAtMemory ? sizeBytes : undefined, isLimited }
}

/**
 * {@link measureStart} of an image of a slimming.
 *
 * @param known what it was asked before: the first of that is asked.
 */
export function timedStart(
  image: RunnableImage,
  launched: { readonly restraint: Restraint | undefined; readonly memoryBytes: number | undefined },
  request: SlimRequest,
  machinery: SlimMachinery,
  { beforeRecords: [known] }: { readonly beforeRecords: readonly ProbeRecord[] },
): (job: Job, looksAtMemory: boolean) => Promise<MeasuredStart> {
  const { restraint = unrestrained, memoryBytes } = launched
  return async (job, looksAtMemory) => {
    const whole = request.planProbes(image)
    const plan = known === undefined ? whole : repeatPlan(whole, known)
    const launch = { ...appLaunch(request, image, restraint), memoryBytes }
    return await measureStart(launch, plan, { runner: machinery.runner, looksAtMemory }, job)
  }
}

function endedAfterMs({ asked: [first] }: ProbeRecord): number | undefined {
  return first?.answer.kind === 'process' ? first.answer.elapsedMs : undefined
}
