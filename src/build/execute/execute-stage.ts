import type { HistoryEntry, RunConfig } from '../../image/config.ts'
import { formatPlatform } from '../../image/platform.ts'
import { errorMessage, OperationError } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { assert } from '../../std/assert.ts'
import { StepError } from '../errors.ts'
import type { PlannedStep, StagePlan } from '../plan/plan.ts'
import { emptyFiles } from './base-files.ts'
import { copyStep, runStep, workdirStep, type StepTurn } from './keyed-steps.ts'
import type { Execution } from './execution.ts'
import type { StageFiles } from './stage-files.ts'
import { imageFiles, type StageFilesOf } from './origins.ts'
import { OutputTail } from './output-tail.ts'
import { runCached, type KeyedStep } from './run-cached.ts'

/** What a stage came to. */
export interface StageResult {
  readonly files: StageFiles
  readonly config: RunConfig
  readonly author: string | undefined
  readonly history: readonly HistoryEntry[]
}

/** The form of history lines that tools know how to read. */
const historyComment = 'buildkit.dockerfile.v0'

/** Executes a stage's steps one after the other. @param base of the stage that it begins with */
export async function executeStage(
  plan: StagePlan,
  base: StageResult | undefined,
  stageFiles: StageFilesOf,
  execution: Execution,
  job: Job,
): Promise<StageResult> {
  let files = base?.files ?? beginFiles(plan, execution)
  const target = execution.resolved.evaluated.target?.stage.index
  const changes: boolean[] = []
  for (const [number, step] of plan.steps.entries()) {
    job.signal.throwIfAborted()
    const title = `[${stageTitle(plan, execution)} ${number + 2}/${plan.steps.length + 1}] ${step.title}`
    await waitForStages(step, stageFiles)
    const output = new OutputTail(`step ${execution.resolved.platform.architecture} ${plan.index} ${number}`)
    job.emit({ type: 'task-started', id: output.id, title, totalBytes: undefined, kind: 'step' })
    const isLookedInto = number + 1 < plan.steps.length || plan.index !== target
    const keyed = await keyStep({ plan, number, title, files, isLookedInto }, stageFiles, execution, job).catch(
      (error: unknown) => {
        job.emit({ type: 'task-failed', id: output.id, message: errorMessage(error) })
        const isStep = error instanceof OperationError && !(error instanceof StepError)
        throw isStep ? new StepError(title, step.place, [], error) : error
      },
    )
    const after = await runCached(keyed, files, execution, output, job)
    changes.push(after.layers.length > files.layers.length)
    files = after
  }
  return { files, config: plan.config, author: plan.author, history: historyOf(plan, base, changes, execution) }
}

/** As BuildKit has it: with the platform where there are several. */
function stageTitle({ title }: StagePlan, { request, resolved }: Execution): string {
  return request.platforms.length > 1 ? `${formatPlatform(resolved.platform)} ${title}` : title
}

/** A step has not begun as long as the files of another stage are not there. */
async function waitForStages(step: PlannedStep, stageFiles: StageFilesOf): Promise<void> {
  const origins =
    step.kind === 'copy' ? [step.origin] : step.kind === 'run' ? step.mounts.map(({ origin }) => origin) : []
  for (const origin of origins) if (origin.kind === 'stage') await stageFiles(origin.index)
}

function beginFiles({ base, index }: StagePlan, execution: Execution): StageFiles {
  return base.kind === 'image' ? imageFiles(base.reference, index, execution) : emptyFiles
}

async function keyStep(turn: StepTurn, stageFiles: StageFilesOf, execution: Execution, job: Job): Promise<KeyedStep> {
  const step = turn.plan.steps[turn.number]
  assert(step !== undefined, 'a step has its turn that the plan does not have')
  switch (step.kind) {
    case 'workdir':
      return workdirStep(step, turn, execution)
    case 'copy':
      return await copyStep(step, turn, stageFiles, execution, job)
    case 'run':
      return await runStep(step, turn, stageFiles, execution, job)
  }
}

function historyOf(
  plan: StagePlan,
  base: StageResult | undefined,
  changes: readonly boolean[],
  execution: Execution,
): readonly HistoryEntry[] {
  const created = new Date(execution.dateSeconds * 1000).toISOString()
  const own = plan.history.map(({ createdBy, step }): HistoryEntry => {
    const isEmpty = step === undefined || changes[step] !== true
    return {
      ...{ created, created_by: createdBy, comment: historyComment },
      ...(isEmpty ? { empty_layer: true } : {}),
    }
  })
  return [...(base?.history ?? historyOfImage(plan, execution)), ...own]
}

function historyOfImage({ base, index }: StagePlan, { resolved }: Execution): readonly HistoryEntry[] {
  if (base.kind !== 'image') return []
  const platform = resolved.stagePlatforms.get(index) ?? resolved.platform
  const image = resolved.findImage(base.reference, platform)?.image
  return image?.config.history ?? (image?.layers ?? []).map(() => ({}))
}
