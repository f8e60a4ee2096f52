import type { Job } from '../std/job.ts'
import type { Restraint } from './app-session.ts'
import { SlimError } from './errors.ts'
import { probeApp, repeatPlan } from './probe-app.ts'
import type { ProbeRecord } from './probe.ts'
import type { RunnableImage } from './prove/prove.ts'
import type { SlimMachinery, SlimRequest } from './slim-request.ts'
import { buildText } from './steps/build-text.ts'
import { appLaunch, unrestrained } from './steps/run-app.ts'

/** A Dockerfile to be built again. */
export interface TimedBuild {
  readonly text: string
  readonly target: string | undefined
  /** Whether everything is done anew. */
  readonly isCold: boolean
}

/** Builds it, and gives the milliseconds that this took. */
export function timedBuild(
  { text, target, isCold }: TimedBuild,
  request: SlimRequest,
  machinery: SlimMachinery,
): (job: Job) => Promise<number> {
  const build = isCold ? { ...request.build, withoutCache: 'all' as const } : request.build
  return async (job) => {
    const startedMs = performance.now()
    await buildText(text, target, { build }, machinery, job)
    return performance.now() - startedMs
  }
}

/**
 * Starts an app, and gives the milliseconds until its first answer, or until it ended where that is what it does.
 *
 * @param known what it was asked before: the first of that is asked.
 * @throws SlimError `never-ready`
 */
export function timedStart(
  image: RunnableImage,
  restraint: Restraint | undefined,
  request: SlimRequest,
  { runner }: SlimMachinery,
  { beforeRecords: [known] }: { readonly beforeRecords: readonly ProbeRecord[] },
): (job: Job) => Promise<number> {
  return async (job) => {
    const whole = request.planProbes(image)
    const plan = known === undefined ? whole : repeatPlan(whole, known)
    await using app = await runner.start(appLaunch(request, image, restraint ?? unrestrained), job)
    const record = await probeApp(app, { ...plan, probes: plan.probes.slice(0, 1) }, job)
    const took = record.firstAnswerMs ?? endedAfterMs(record)
    if (took === undefined) throw new SlimError('never-ready', 'it did not answer')
    return took
  }
}

function endedAfterMs({ asked: [first] }: ProbeRecord): number | undefined {
  return first?.answer.kind === 'process' ? first.answer.elapsedMs : undefined
}
