import type { BuiltImage } from '../../build/built-image.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { AccountFiles } from '../../image/user.ts'
import type { BuildImprovement } from '../improve-build.ts'
import type { PlannedLaunch } from '../launch-command.ts'
import type { StageChanges } from '../rewrite-input.ts'
import type { AnswerDifference, ProbePlan, ProbeRecord } from '../probe.ts'
import type { SlimMachinery, SlimRequest } from '../slim-request.ts'
import type { FinalBase } from './final-base.ts'
import type { WatchedRun } from './run-app.ts'

/** A change of the build that was proved. */
export type AppliedImprovement = Pick<BuildImprovement, 'title' | 'reason'>

/** The Dockerfile that is given a final stage: the user's own, or that with its build mended. */
export interface Source {
  readonly text: string
  readonly image: BuiltImage
  /** How its app is going to be started. */
  readonly launch: PlannedLaunch
  /** Runs of the app that was started so. */
  readonly runs: readonly WatchedRun[]
  /** Files that a mended build makes of others of its image, each with that one. */
  readonly madeOf?: ReadonlyMap<string, string>
  /** What was mended. */
  readonly improvements: readonly AppliedImprovement[]
}

/** What all steps of one slimming share. */
export interface Asking {
  readonly request: SlimRequest
  readonly machinery: SlimMachinery
  /** What every run after the first is asked. */
  readonly plan: ProbePlan
  /** What is different from the before image. */
  readonly compare: (record: ProbeRecord) => readonly AnswerDifference[]
}

/** Everything that is known once the before image was run. */
export interface Situation extends Asking {
  readonly source: Source
  /** Of the source's image. */
  readonly tree: FileTree
  readonly accounts: AccountFiles
  /** What the final stage begins with; undefined: nothing. */
  readonly base: FinalBase | undefined
  readonly seen: Pick<WatchedRun, 'accessed' | 'written'>
  readonly writablePaths: readonly string[]
  readonly launch: PlannedLaunch
  /** What the stage that is slimmed made, where that is known. */
  readonly stage: StageChanges | undefined
}
