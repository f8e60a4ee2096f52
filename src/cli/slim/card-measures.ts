import { measureTimes, measureTrials, trialPair, type TimedPair, type TrialPair } from '../../compare/measure-times.ts'
import type { SlimMachinery, SlimRequest } from '../../slim/slim-request.ts'
import type { SlimResult } from '../../slim/slim.ts'
import { findSourceFile } from '../../slim/source-file.ts'
import { timedBuild, timedStart, type TimedBuild } from '../../slim/timed-runs.ts'
import { printable } from '../../std/printable.ts'
import { countImages } from '../../toolchain/compare-images.ts'
import { wrongUsage } from '../errors.ts'
import { measureOn, openTransfers, type Measured, type Transferred } from '../measure/measure-on.ts'
import type { MeasureRequest } from '../measure/measure-request.ts'
import type { SimulatedMachine } from '../measure/simulate-machine.ts'
import { startPair } from '../measure/start-pair.ts'

/** What may be measured beside what is counted. A build from nothing is done once. */
const timedNames = ['start', 'rebuild', 'changed', 'cold'] as const
export type TimedName = (typeof timedNames)[number]

/** A build in which a file has changed may take as long as one from nothing: it is done no more often than this. */
const changedRunsMax = 3

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
  { measuring, transferred, surroundings }: CardRuns,
): Promise<Measured> {
  const { job } = surroundings.context
  const { layersDirectory } = machinery.build
  const counted = await countImages(result.before, result.after, layersDirectory, job)
  const { context } = request.build
  const changedFile = asked.has('changed') && context !== undefined ? await findSourceFile(context, job) : undefined
  const work = { transfers: measuring.registry !== undefined, apps: asked.has('start') }
  const timed = await measureOn(measuring, work, job, async (machine) => {
    const builds = buildPairs(result, changedFile, request, machinery)
    const cold = asked.has('cold') ? await measureTimes(builds.cold, 1, job) : []
    const changedRuns = Math.min(measuring.runs, changedRunsMax)
    const changed = asked.has('changed') ? await measureTrials(builds.changed, changedRuns, job) : []
    const rebuild = asked.has('rebuild') ? await measureTimes(builds.rebuild, measuring.runs, job) : []
    await using transfers = openTransfers(transferred, measuring, machine, surroundings)
    const starts = asked.has('start') ? [startsOf(result, request, machinery, machine)] : []
    const others = await measureTrials([...transfers.pairs, ...starts], measuring.runs, job)
    return [...cold, ...changed, ...rebuild, ...others]
  })
  return { ...timed, measures: [...counted, ...timed.measures] }
}

/** What the line says of measuring, and what that takes. */
interface CardRuns {
  readonly measuring: MeasureRequest
  readonly transferred: Transferred
  readonly surroundings: Parameters<typeof openTransfers>[3]
}

function buildPairs(
  result: SlimResult,
  changedFile: string | undefined,
  request: SlimRequest,
  machinery: SlimMachinery,
): Readonly<Record<'cold' | 'rebuild', readonly TimedPair[]>> & { readonly changed: readonly TrialPair[] } {
  const { text } = request
  const { target } = request.build
  const slimText = result.dockerfile.text
  const built = (how: Pick<TimedBuild, 'isCold' | 'changedFile'>): Pick<TimedPair, 'before' | 'after'> => ({
    before: timedBuild({ text, target, ...how }, request, machinery),
    after: timedBuild({ text: slimText, target: undefined, ...how }, request, machinery),
  })
  return {
    cold: [
      { id: 'build.cold', name: 'build, from nothing', method: 'every step is done anew', ...built({ isCold: true }) },
    ],
    changed: [changedPair(changedFile, built)],
    rebuild: [
      {
        id: 'build.unchanged',
        name: 'build, nothing changed',
        method: 'every step is cached',
        ...built({ isCold: false }),
      },
    ],
  }
}

/** A comment is added to a source file, in what the build sees of the context. */
function changedPair(
  changedFile: string | undefined,
  built: (how: Pick<TimedBuild, 'isCold' | 'changedFile'>) => Pick<TimedPair, 'before' | 'after'>,
): TrialPair {
  const row = { id: 'build.changed', name: 'build, one file changed', unit: 'milliseconds' } as const
  if (changedFile === undefined) {
    const nothing = { why: 'there is no source file whose comments are known' }
    return { rows: [{ ...row, method: 'a source file has changed' }], before: nothing, after: nothing }
  }
  const method = `a comment is added to ${printable(changedFile)}; what is cached is used`
  return trialPair({ ...row, method, ...built({ isCold: false, changedFile }) })
}

function startsOf(
  result: SlimResult,
  request: SlimRequest,
  machinery: SlimMachinery,
  machine: SimulatedMachine | undefined,
): TrialPair {
  const memoryBytes = machine?.memoryBytes
  return startPair(
    timedStart(result.before, { restraint: undefined, memoryBytes }, request, machinery, result),
    timedStart(result.after, { restraint: result.restraint, memoryBytes }, request, machinery, result),
    machine,
  )
}
