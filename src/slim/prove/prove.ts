import type { Image } from '../../image/image.ts'
import { assert } from '../../std/assert.ts'
import type { Job } from '../../std/job.ts'
import type { Restraint } from '../app-session.ts'
import type { Ledger } from '../ledger.ts'
import type { AnswerDifference, ProbeRecord } from '../probe.ts'
import { droppedTops } from './dropped-groups.ts'
import { findNeeded } from './find-needed.ts'

/** An image as it is run. */
export type RunnableImage = Pick<Image, 'config' | 'layers'>

/** A slim image that is to be proved, and what decided it. */
export interface Attempt {
  readonly image: RunnableImage
  readonly ledger: Ledger
}

/** What came of asking an image. */
export interface Check {
  /** Undefined where the app could not be asked. */
  readonly record: ProbeRecord | undefined
  /** What the app, or whoever started it, said: its output, or why it could not be asked. */
  readonly said: string
  /** None: it behaves as the before image does. */
  readonly differences: readonly AnswerDifference[]
}

/** What proving takes. */
export interface ProveTools<Made extends Attempt> {
  /** Decides, writes and builds. @param repairs paths that must stay, with why. */
  make(repairs: ReadonlyMap<string, string>, restraint: Restraint, job: Job): Promise<Made>
  /** Runs an image under the probes and compares its answers. */
  check(image: RunnableImage, restraint: Restraint, job: Job): Promise<Check>
  /** Paths of the before image that the app looked for in the slim image and did not find. */
  findMissing(made: Made, restraint: Restraint, job: Job): Promise<readonly string[]>
  /** Paths that are not in the slim image and that the app names in what it said. */
  findNamed(made: Made, said: string): readonly string[]
  /** The before image, run as the slim one is, without these paths. */
  beforeWithout(made: Made, gone: readonly string[], job: Job): Promise<RunnableImage>
}

/** One repair: what was missing, and how that was found. */
export interface Repair {
  readonly paths: readonly string[]
  readonly foundBy: 'failed look-ups' | 'log' | 'bisection'
  /** What was different before it. */
  readonly differences: readonly AnswerDifference[]
}

/** A way to run an image that does not do. */
export interface RefusedRestraint {
  readonly restraint: Restraint
  readonly differences: readonly AnswerDifference[]
}

/** What proving came to. It is proved where nothing is different. */
export interface ProveOutcome<Made extends Attempt> extends Check {
  readonly made: Made
  readonly restraint: Restraint
  readonly repairs: readonly Repair[]
  /** Ways to run it, with fewer rights, in which it answers differently. */
  readonly refused: readonly RefusedRestraint[]
  /** Why there was no further round; empty where it is proved. */
  readonly reason: string
}

export interface ProveLimits {
  /** How many repairs are tried. */
  readonly roundsMax: number
  /** How many runs a bisection may take. */
  readonly bisectionRunsMax: number
}

/**
 * Makes slim images until one does what the before image does: with the least rights that it works with, and with what was missing in the
 * one before it.
 *
 * @param ladder ways to run it, from the strictest to that of the before image
 */
export async function prove<Made extends Attempt>(
  ladder: readonly Restraint[],
  tools: ProveTools<Made>,
  limits: ProveLimits,
  job: Job,
): Promise<ProveOutcome<Made>> {
  const repairs: Repair[] = []
  const refused: RefusedRestraint[] = []
  const kept = new Map<string, string>()
  let rung = 0
  for (;;) {
    const restraint = rungAt(ladder, rung)
    const made = await tools.make(kept, restraint, job)
    const check = await tools.check(made.image, restraint, job)
    const outcome = { ...check, made, restraint, repairs, refused }
    if (check.differences.length === 0) return { ...outcome, reason: '' }
    const higher = await climb(made, ladder, rung, (at) => tools.make(kept, at, job), tools, job)
    if (higher !== undefined) {
      refused.push({ restraint, differences: check.differences }, ...higher.refused)
      rung = higher.rung
      continue
    }
    if (repairs.length >= limits.roundsMax) {
      return { ...outcome, reason: `it is still different after ${repairs.length} repairs` }
    }
    const repair = await findRepair(made, rungAt(ladder, ladder.length - 1), check, tools, limits, job)
    const added = repair?.paths.filter((path) => !kept.has(path)) ?? []
    if (repair === undefined || added.length === 0) {
      return { ...outcome, reason: 'it is different with every file of the before image, too' }
    }
    repairs.push({ ...repair, paths: added })
    for (const path of added) kept.set(path, reasonOf(repair))
  }
}

function rungAt(ladder: readonly Restraint[], index: number): Restraint {
  const restraint = ladder[index]
  assert(restraint !== undefined, 'a ladder without that rung')
  return restraint
}

/** The next way to run it with which it works, with what was different in the ways before it; undefined where more rights do not help. */
async function climb<Made extends Attempt>(
  made: Made,
  ladder: readonly Restraint[],
  rung: number,
  make: (restraint: Restraint) => Promise<Made>,
  tools: ProveTools<Made>,
  job: Job,
): Promise<{ readonly rung: number; readonly refused: readonly RefusedRestraint[] } | undefined> {
  const last = ladder.length - 1
  if (rung === last) return undefined
  const freest = await tools.check(made.image, rungAt(ladder, last), job)
  if (freest.differences.length > 0) return undefined
  const refused: RefusedRestraint[] = []
  let current = { made, user: rungAt(ladder, rung).user }
  for (let index = rung + 1; index < last; index += 1) {
    const restraint = rungAt(ladder, index)
    // Files that the app writes to are given to whom it runs as.
    if (restraint.user !== current.user) current = { made: await make(restraint), user: restraint.user }
    const { differences } = await tools.check(current.made.image, restraint, job)
    if (differences.length === 0) return { rung: index, refused }
    refused.push({ restraint, differences })
  }
  return { rung: last, refused }
}

async function findRepair<Made extends Attempt>(
  made: Made,
  freest: Restraint,
  { differences, said }: Check,
  tools: ProveTools<Made>,
  { bisectionRunsMax }: ProveLimits,
  job: Job,
): Promise<Repair | undefined> {
  const missing = await tools.findMissing(made, freest, job)
  if (missing.length > 0) return { paths: missing, foundBy: 'failed look-ups', differences }
  const named = tools.findNamed(made, said)
  if (named.length > 0) return { paths: named, foundBy: 'log', differences }
  const works = async (gone: readonly string[]): Promise<boolean> => {
    const image = await tools.beforeWithout(made, gone, job)
    return (await tools.check(image, freest, job)).differences.length === 0
  }
  if (!(await works([]))) return undefined
  const paths = await findNeeded(droppedTops(made.ledger.verdicts), works, bisectionRunsMax, job)
  return { paths, foundBy: 'bisection', differences }
}

function reasonOf({ foundBy, differences: [first] }: Repair): string {
  const what = first === undefined ? 'the app behaved differently' : `${first.title}: ${first.what} was different`
  if (foundBy === 'bisection') return `without it, ${what}`
  return foundBy === 'log' ? `the app says that it lacks it; ${what}` : `the app looked for it; ${what}`
}
