import { OperationError } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { layerAt, type Layer } from '../../image/image.ts'
import type { LayerRecord, StepKey } from '../cache/step-cache.ts'
import { chainDigest } from '../cache/step-key.ts'
import { StepError } from '../errors.ts'
import type { PlannedStep } from '../plan/plan.ts'
import type { Execution } from './execution.ts'
import type { StageFiles } from './stage-files.ts'
import type { OutputTail } from './output-tail.ts'

/** A step with all that decides what comes of it. */
export interface KeyedStep {
  readonly step: PlannedStep
  /** `[build 2/4] RUN npm ci` */
  readonly title: string
  readonly key: StepKey
  readonly usesCache: boolean
  /** Whether it, or a later step of its stage, runs something: that will not be in the cache where this one is not. */
  readonly leadsToRun: boolean
  /** @returns undefined where nothing changed. */
  readonly execute: (output: OutputTail, job: Job) => Promise<Layer | undefined>
}

/** Takes what is in the cache, or executes the step. @returns the files with what the step changed. */
export async function runCached(
  keyed: KeyedStep,
  files: StageFiles,
  execution: Execution,
  output: OutputTail,
  job: Job,
): Promise<StageFiles> {
  const { key, title } = keyed
  let record = execution.running.get(key)
  if (record === undefined) {
    record = findOrExecute(keyed, execution, output, job)
    execution.running.set(key, record)
  } else {
    job.emit({ type: 'task-done', id: output.id, outcome: 'the same as another step' })
  }
  const { layer } = await record.catch((error: unknown) => {
    if (!(error instanceof OperationError) || error instanceof StepError) throw error
    throw new StepError(title, keyed.step.place, output.lines, error)
  })
  if (layer === null) return files
  const added = layerAt(execution.machinery.store, layer.descriptor, layer.diffId)
  return { ...files, chain: chainDigest(files.chain, layer.diffId), layers: [...files.layers, added] }
}

async function findOrExecute(
  { key, title, usesCache, leadsToRun, execute }: KeyedStep,
  { cache, machinery }: Execution,
  output: OutputTail,
  job: Job,
): Promise<LayerRecord> {
  const known = usesCache ? await cache.find(key, 'layer') : undefined
  if (known !== undefined && (known.layer === null || (await machinery.store.has(known.layer.descriptor, job)))) {
    job.emit({ type: 'task-done', id: output.id, outcome: 'cached' })
    return known
  }
  if (leadsToRun) await machinery.containers.prepare()
  const startMs = job.clock.now()
  try {
    const layer = await execute(output, job)
    const record: LayerRecord = {
      ...{ kind: 'layer', version: 1, title, elapsedMs: job.clock.now() - startMs },
      layer: layer === undefined ? null : recordOf(layer),
    }
    await cache.put(key, record)
    job.emit({ type: 'task-done', id: output.id, outcome: 'done' })
    return record
  } catch (error) {
    job.emit({ type: 'task-failed', id: output.id, message: error instanceof Error ? error.message : String(error) })
    throw error
  }
}

function recordOf({ diffId, descriptor: { mediaType, digest, size } }: Layer): NonNullable<LayerRecord['layer']> {
  return { diffId, descriptor: { mediaType, digest, size } }
}
