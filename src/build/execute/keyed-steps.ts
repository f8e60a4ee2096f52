import type { Layer } from '../../image/image.ts'
import { formatPlatform } from '../../image/platform.ts'
import type { Job } from '../../std/job.ts'
import { stepKey, type KeyPart } from '../cache/step-key.ts'
import type { CopyRequest } from '../copy/copy-request.ts'
import { BuildError } from '../errors.ts'
import type { CopyStep, RunStep, WorkdirStep, StagePlan } from '../plan/plan.ts'
import { emptyFiles } from './base-files.ts'
import type { Execution } from './execution.ts'
import { openOrigin, type StageFilesOf } from './origins.ts'
import type { KeyedStep } from './run-cached.ts'
import { mountKeys } from './mount-keys.ts'
import { selectFrom } from './selections.ts'
import type { StageFiles } from './stage-files.ts'
import type { LayerPlace } from './write-layer.ts'

/*
 * What executes a step is loaded when one is executed: a build in which nothing changed needs none of it.
 */

/** A step of a stage, at its turn. */
export interface StepTurn {
  readonly plan: StagePlan
  readonly number: number
  readonly title: string
  readonly files: StageFiles
  /** Whether a later step, or another stage, is going to look into what it makes. */
  readonly isLookedInto: boolean
}

/** WORKDIR: what is below decides whether there is anything to make. */
export function workdirStep(step: WorkdirStep, turn: StepTurn, execution: Execution): KeyedStep {
  const { path, user } = step
  return {
    ...partsOf(step, turn, execution),
    key: stepKey({ kind: 'workdir', below: turn.files.chain, path, user }),
    async execute(_, job) {
      const { executeWorkdir } = await import('./execute-workdir.ts')
      return await executeWorkdir(step, turn.files, execution, placeOf(turn, execution), job)
    },
  }
}

/** COPY and ADD: the key is made of what is copied, so that nobody sees where it came from. */
export async function copyStep(
  step: CopyStep,
  turn: StepTurn,
  stageFiles: StageFilesOf,
  execution: Execution,
  job: Job,
): Promise<KeyedStep> {
  const { request } = step
  const origin = await openOrigin(step.origin, turn.plan.index, stageFiles, execution)
  const selected = await selectFrom(request, origin, execution, job)
  // A linked layer is the same on whatever it is put. As with BuildKit, none is made where `--chmod` would change directories below.
  const below = request.link && request.chmod === undefined ? emptyFiles : turn.files
  return {
    ...partsOf(step, turn, execution),
    key: stepKey({ kind: 'copy', below: below.chain, selection: selected.digest, request: requestKey(request) }),
    async execute(_, inner): Promise<Layer> {
      const { executeCopy } = await import('./execute-copy.ts')
      return await executeCopy(request, selected, below, execution, placeOf(turn, execution), inner)
    },
  }
}

/** What the selection does not tell already. */
function requestKey(request: CopyRequest): KeyPart {
  const { kind, destination, workingDirectory, chown, chmod, parents, link, unpack } = request
  return { kind, destination, workingDirectory, chown, chmod, parents, link, unpack }
}

/** RUN */
export async function runStep(
  step: RunStep,
  turn: StepTurn,
  stageFiles: StageFilesOf,
  execution: Execution,
  job: Job,
): Promise<KeyedStep> {
  const { request, resolved } = execution
  if (step.isInsecure && !request.allowsInsecure) {
    throw new BuildError('bad-build-option', `${step.title} asks for more rights than a build has`, {
      hint: 'If you trust the Dockerfile, give --allow security.insecure.',
    })
  }
  const platform = resolved.stagePlatforms.get(turn.plan.index) ?? resolved.platform
  const origins = { stage: turn.plan.index, stageFiles, execution }
  const key = stepKey({
    ...{ kind: 'run', below: turn.files.chain, platform: formatPlatform(platform), arguments: step.arguments },
    script: step.script === undefined ? null : { ...step.script },
    environment: Object.fromEntries(step.environment),
    ...{ user: step.user, workingDirectory: step.workingDirectory, isInsecure: step.isInsecure },
    network: step.network === 'default' ? request.network : step.network,
    hosts: request.extraHosts.map(({ name, address }) => `${name} ${address}`),
    mounts: await mountKeys(step, origins, job),
  })
  return {
    ...partsOf(step, turn, execution),
    key,
    async execute(output, inner) {
      const { openMounts } = await import('./run-inputs.ts')
      const { executeRun } = await import('./execute-run.ts')
      await using inputs = await openMounts(step, origins, inner)
      return await executeRun(step, turn.files, inputs, execution, placeOf(turn, execution), output, inner)
    },
  }
}

function placeOf({ isLookedInto }: StepTurn, { request, machinery }: Execution): LayerPlace {
  const { store, layersDirectory } = machinery
  return { store, compression: request.compression, indexDirectory: isLookedInto ? layersDirectory : undefined }
}

function partsOf<Step extends KeyedStep['step']>(
  step: Step,
  { title, plan, number }: StepTurn,
  { request: { withoutCache } }: Execution,
): Pick<KeyedStep, 'title' | 'usesCache' | 'leadsToRun'> & { readonly step: Step } {
  const isLeftOut = withoutCache === 'all' || withoutCache.has(plan.title)
  const leadsToRun = plan.steps.some(({ kind }, index) => index >= number && kind === 'run')
  return { step, title, usesCache: !isLeftOut, leadsToRun }
}
