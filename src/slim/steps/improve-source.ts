import type { BuiltImage } from '../../build/built-image.ts'
import { OperationError } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { applyImprovements, improveBuild, type BuildImprovement } from '../improve-build.ts'
import { planForImage } from '../plan-probes.ts'
import { buildText } from './build-text.ts'
import { appLaunch, unrestrained, watchApp, type WatchedRun } from './run-app.ts'
import type { Asking, Source } from './situation.ts'

/** The before image, and what it did. */
export interface Observed {
  readonly before: BuiltImage
  readonly runs: readonly WatchedRun[]
}

/**
 * Mends the build: with everything that may help, or where that does not build or answers differently, with what does by itself. What is
 * left of an improvement that is not proved is a notice.
 */
export async function improveSource(observed: Observed, asking: Asking, job: Job): Promise<Source> {
  const { request } = asking
  const asItIs: Source = { text: request.text, image: observed.before, runs: observed.runs, improvements: [] }
  if (!request.improves) return asItIs
  const { buildArguments, target } = request.build
  const options = { buildArguments, target, context: request.context }
  const found = improveBuild(request.text, options)
  if (found.length === 0) return asItIs
  const attempt = async (chosen: readonly BuildImprovement[]): Promise<Source | undefined> => {
    const codes = chosen.map(({ code }) => code)
    return await tryImprovements(chosen, applyImprovements(request.text, codes, options), asking, job)
  }
  const all = await attempt(found)
  if (all !== undefined) return all
  let best = asItIs
  for (const each of found.length === 1 ? [] : found) {
    best = (await attempt([...best.improvements, each])) ?? best
  }
  const left = found.filter((each) => !best.improvements.includes(each))
  for (const { title } of left) {
    job.emit({ type: 'notice', level: 'info', message: `left out, since the app did not do with it: ${title}` })
  }
  return best
}

/** Undefined where the image cannot be built, or answers differently. */
async function tryImprovements(
  improvements: readonly BuildImprovement[],
  text: string,
  { request, machinery, plan, compare }: Asking,
  job: Job,
): Promise<Source | undefined> {
  try {
    const image = await buildText(text, request.build.target, request, machinery, job)
    const launch = appLaunch(request, image, unrestrained)
    const run = await watchApp(
      'Asking the app of the mended build',
      launch,
      planForImage(plan, image.config),
      machinery.runner,
      job,
    )
    return compare(run.record).length === 0 ? { text, image, runs: [run], improvements } : undefined
  } catch (error) {
    job.signal.throwIfAborted()
    if (!(error instanceof OperationError)) throw error
    return undefined
  }
}
