import type { BuiltImage } from '../../build/built-image.ts'
import { OperationError } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { applyImprovements, improveBuild, type BuildImprovement } from '../improve-build.ts'
import { assert } from '../../std/assert.ts'
import { buildText } from './build-text.ts'
import { chooseLaunch } from './choose-launch.ts'
import type { WatchedRun } from './run-app.ts'
import type { Asking, Source } from './situation.ts'

/** The before image, and what it did. */
export interface Observed {
  readonly before: BuiltImage
  readonly runs: readonly WatchedRun[]
}

/**
 * Mends the build: with everything that may help, or where that does not build or answers differently, with what does by itself. What is
 * left of an improvement that is not proved is a notice. How the app is best started is found by the same runs.
 */
export async function improveSource(observed: Observed, asking: Asking, job: Job): Promise<Source> {
  return (await mendBuild(asking, job)) ?? (await asItIs(observed, asking, job))
}

async function asItIs({ before, runs }: Observed, asking: Asking, job: Job): Promise<Source> {
  const chosen = await chooseLaunch(before, runs, asking, job)
  assert(chosen !== undefined, 'an app that was run answers as it did')
  return { text: asking.request.text, image: before, improvements: [], ...chosen }
}

/** Undefined where nothing is to be mended, or nothing of it is proved. */
async function mendBuild(asking: Asking, job: Job): Promise<Source | undefined> {
  const { request } = asking
  if (!request.improves) return undefined
  const { buildArguments, target } = request.build
  const options = { buildArguments, target, context: request.context }
  const found = improveBuild(request.text, options)
  if (found.length === 0) return undefined
  const attempt = async (chosen: readonly BuildImprovement[]): Promise<Source | undefined> => {
    const codes = chosen.map(({ code }) => code)
    return await tryImprovements(chosen, applyImprovements(request.text, codes, options), asking, job)
  }
  const all = await attempt(found)
  if (all !== undefined) return all
  let best: Source | undefined
  const chosen: BuildImprovement[] = []
  for (const each of found.length === 1 ? [] : found) {
    const better = await attempt([...chosen, each])
    if (better === undefined) continue
    best = better
    chosen.push(each)
  }
  const left = found.filter((each) => !chosen.includes(each))
  for (const { title } of left) {
    job.emit({ type: 'notice', level: 'info', message: `left out, since the app did not do with it: ${title}` })
  }
  return best
}

/** Undefined where the image cannot be built, or answers differently. */
async function tryImprovements(
  improvements: readonly BuildImprovement[],
  text: string,
  asking: Asking,
  job: Job,
): Promise<Source | undefined> {
  const { request, machinery } = asking
  try {
    const image = await buildText(text, request.build.target, request, machinery, job)
    const chosen = await chooseLaunch(image, [], asking, job)
    return chosen === undefined ? undefined : { text, image, improvements, ...chosen }
  } catch (error) {
    job.signal.throwIfAborted()
    if (!(error instanceof OperationError)) throw error
    return undefined
  }
}
