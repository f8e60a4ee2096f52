import type { BuiltImage } from '../build/built-image.ts'
import { openFileTree } from '../filetree/file-tree.ts'
import { readAccounts } from '../filetree/read-accounts.ts'
import { findUser, type AccountFiles } from '../image/user.ts'
import { assert } from '../std/assert.ts'
import type { Job } from '../std/job.ts'
import type { Restraint } from './app-session.ts'
import { compareAnswers } from './compare-answers.ts'
import { volumePaths } from './observe/app-process.ts'
import type { Ledger } from './ledger.ts'
import { repeatPlan } from './probe-app.ts'
import type { AnswerDifference, ProbeRecord } from './probe.ts'
import { prove, type RefusedRestraint, type Repair } from './prove/prove.ts'
import { restraintLadder } from './prove/restraints.ts'
import type { RewrittenDockerfile } from './rewrite-dockerfile.ts'
import type { SlimMachinery, SlimRequest } from './slim-request.ts'
import { buildText } from './steps/build-text.ts'
import { appLaunch, joinRuns, unrestrained, watchApp } from './steps/run-app.ts'
import { proveBest } from './steps/prove-best.ts'
import { proveTools } from './steps/prove-tools.ts'
import { writablePaths, writtenForAWhile } from './steps/writable-paths.ts'
import { openStageChanges } from './steps/stage-changes.ts'
import { linkJava } from './steps/link-java.ts'
import { improveSource } from './steps/improve-source.ts'
import { openFinalBase } from './steps/final-base.ts'
import type { AppliedImprovement, Situation } from './steps/situation.ts'

/** What came of slimming. */
export interface SlimResult {
  /** What the Dockerfile builds as it stands. */
  readonly before: BuiltImage
  readonly after: BuiltImage
  /** Of the slim image. */
  readonly dockerfile: RewrittenDockerfile
  readonly ledger: Ledger
  /** Of the before image, each run. */
  readonly beforeRecords: readonly ProbeRecord[]
  /** Of the slim image; undefined where it could not be asked. */
  readonly afterRecord: ProbeRecord | undefined
  /** How the slim image was run, and may be run. */
  readonly restraint: Restraint
  /** Ways to run it, with fewer rights, in which it answers differently. */
  readonly refused: readonly RefusedRestraint[]
  /** Where the app writes. */
  readonly writablePaths: readonly string[]
  readonly repairs: readonly Repair[]
  /** What of the build was mended. */
  readonly improvements: readonly AppliedImprovement[]
  /** None: it is proved that the slim image does what the other does. */
  readonly differences: readonly AnswerDifference[]
  /** Why it could not be proved; empty where it is. */
  readonly reason: string
}

/** A bisection that takes longer keeps too much rather than going on. */
const bisectionRunsMax = 40

/**
 * Makes the image of a Dockerfile slim: builds it, runs it, keeps what it needs, writes that as a Dockerfile, builds that, and proves that it
 * behaves the same. What could not be proved is told in the result, and is no error.
 *
 * @throws what building throws; SlimError `never-ready`, `nothing-to-probe`, `unstable-answers`, `cannot-observe`, `cannot-rewrite`
 */
export async function slim(request: SlimRequest, machinery: SlimMachinery, job: Job): Promise<SlimResult> {
  const before = await buildText(request.text, request.build.target, request, machinery, job)
  const unchanged = appLaunch(request, before, unrestrained)
  const firstPlan = request.planProbes(before)
  const first = await watchApp('Asking the app', unchanged, firstPlan, machinery.runner, job)
  const plan = repeatPlan(firstPlan, first.record)
  const second = await watchApp('Asking it again: what differs by itself', unchanged, plan, machinery.runner, job)
  const beforeRecords = [first.record, second.record]
  const compare = (record: ProbeRecord): readonly AnswerDifference[] => compareAnswers(beforeRecords, record)
  compare(second.record)

  const asking = { request, machinery, plan, compare }
  const mended = await improveSource({ before, runs: [first, second] }, asking, job)
  const source = await linkJava(mended, asking, job)
  await using tree = await openFileTree(source.image, machinery.build.layersDirectory, job)
  await using stage = await openStageChanges(source, asking, job)
  await using base = await openFinalBase(request, machinery, before.platform, job)
  const { config } = source.image
  const accounts = await readAccounts(tree)
  const { launch, runs } = source
  const joined = joinRuns(runs)
  const mountTargets = [...request.launch.mounts.map(({ target }) => target), ...volumePaths(source)]
  const seen = { ...joined, written: writtenForAWhile(joined, tree, mountTargets) }
  const writable = writablePaths(seen.written, tree)
  // What it takes away again it may do without.
  const stateful = writablePaths(joined.written, tree).filter((path) => !`${path}/`.startsWith('/run/'))
  const situation: Situation = {
    ...asking,
    source,
    tree,
    accounts,
    seen,
    base,
    writablePaths: writable,
    launch,
    stage: stage.changes,
  }
  const ladder = restraintLadder({
    user: numericUser(config.config?.User ?? '', accounts),
    writesToRoot: stateful.length > 0,
  })
  const limits = { roundsMax: request.roundsMax, bisectionRunsMax }
  const { made, record, restraint, refused, repairs, differences, reason } = await proveBest(
    situation,
    async (tried) => await prove(ladder, proveTools(tried), limits, job),
    job,
  )
  return {
    ...{ before, after: made.image, dockerfile: made.dockerfile, ledger: made.ledger, beforeRecords },
    ...{ afterRecord: record, restraint, refused, writablePaths: stateful, repairs, differences, reason },
    improvements: source.improvements,
  }
}

function numericUser(user: string, accounts: AccountFiles): string {
  const found = findUser(user, accounts)
  assert(!('unknown' in found), 'an app ran as a user that is not there')
  return `${found.uid}:${found.gid}`
}
