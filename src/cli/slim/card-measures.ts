import { measureImages } from '../../compare/measure-images.ts'
import { measureTimes, type TimedPair } from '../../compare/measure-times.ts'
import type { Measure } from '../../compare/measure.ts'
import { openFileTree } from '../../filetree/file-tree.ts'
import type { Job } from '../../std/job.ts'
import type { SlimMachinery, SlimRequest } from '../../slim/slim-request.ts'
import type { SlimResult } from '../../slim/slim.ts'
import { timedBuild, timedStart } from '../../slim/timed-runs.ts'
import { wrongUsage } from '../errors.ts'

/** What may be measured beside what is counted. */
const timedNames = ['start', 'rebuild', 'cold'] as const
export type TimedName = (typeof timedNames)[number]

/** Times are medians of so many runs; a build from nothing is done once. */
const runs = 5

/** `--measure`. @throws CliError `wrong-usage` */
export function readMeasured(words: readonly string[]): ReadonlySet<TimedName> {
  if (words.length === 0) return new Set(['start', 'rebuild'])
  if (words.includes('none')) {
    if (words.length > 1) wrongUsage('--measure none goes with no other', 'Leave none out, or the others.')
    return new Set()
  }
  const found = words.map((word) => timedNames.find((name) => name === word))
  const unknown = words.find((_, index) => found[index] === undefined)
  if (unknown !== undefined) {
    wrongUsage(`--measure ${unknown}: there is no such measure`, `There are ${timedNames.join(', ')}, and none.`)
  }
  return new Set(found.filter((name) => name !== undefined))
}

/** Everything that the card of a slimming tells. */
export async function cardMeasures(
  result: SlimResult,
  asked: ReadonlySet<TimedName>,
  request: SlimRequest,
  machinery: SlimMachinery,
  job: Job,
): Promise<readonly Measure[]> {
  const { layersDirectory } = machinery.build
  await using before = await openFileTree(result.before, layersDirectory, job)
  await using after = await openFileTree(result.after, layersDirectory, job)
  const counted = await measureImages({ image: result.before, tree: before }, { image: result.after, tree: after }, job)
  const pairs = timedPairs(result, request, machinery)
  const cold = asked.has('cold') ? await measureTimes(pairs.cold, 1, job) : []
  const quick = [...(asked.has('rebuild') ? pairs.rebuild : []), ...(asked.has('start') ? pairs.start : [])]
  return [...counted, ...cold, ...(await measureTimes(quick, runs, job))]
}

function timedPairs(
  result: SlimResult,
  request: SlimRequest,
  machinery: SlimMachinery,
): Readonly<Record<TimedName, readonly TimedPair[]>> {
  const { text } = request
  const { target } = request.build
  const slimText = result.dockerfile.text
  const built = (isCold: boolean): Pick<TimedPair, 'before' | 'after'> => ({
    before: timedBuild({ text, target, isCold }, request, machinery),
    after: timedBuild({ text: slimText, target: undefined, isCold }, request, machinery),
  })
  return {
    cold: [{ id: 'build.cold', name: 'build, from nothing', method: 'every step is done anew', ...built(true) }],
    rebuild: [
      { id: 'build.unchanged', name: 'build, nothing changed', method: 'every step is cached', ...built(false) },
    ],
    start: [
      {
        id: 'start.first-answer',
        name: 'start to first answer',
        method: 'from the start of the process until the first byte of the first answer; without pulling',
        before: timedStart(result.before, undefined, request, machinery, result),
        after: timedStart(result.after, result.restraint, request, machinery, result),
      },
    ],
  }
}
