import type { Platform } from '../image/descriptor.ts'
import type { Layer } from '../image/image.ts'
import { layerCompression } from '../image/media-type.ts'
import { assert } from '../std/assert.ts'
import { withSignal, type Job } from '../std/job.ts'
import type { BuiltImage } from './built-image.ts'
import type { BuildRequest } from './build-request.ts'
import { StepCache } from './cache/step-cache.ts'
import { storeBase } from './execute/base-files.ts'
import { executeStage, type StageResult } from './execute/execute-stage.ts'
import type { BuildMachinery, Execution } from './execute/execution.ts'
import type { StageFiles } from './execute/stage-files.ts'
import { imageOf } from './execute/image-of.ts'
import { TreePool } from './execute/tree-pool.ts'
import { planStage, type PlannedBase } from './plan/plan-stage.ts'
import type { StagePlan } from './plan/plan.ts'
import { originNames, resolveBuild, type ResolvedBuild } from './plan/resolve-build.ts'

export type { BuildMachinery } from './execute/execution.ts'

/**
 * Builds the target of a Dockerfile for each platform. Steps that were done before, on the same files, are taken from the cache: a
 * build in which nothing changed reads no layer and runs nothing.
 *
 * @returns an image for each platform. Their layers are in the store, also those of the base.
 * @throws DockerfileError for what the Dockerfile says; StepError for a step that failed; what resolving images throws
 */
export async function build(
  request: BuildRequest,
  machinery: BuildMachinery,
  job: Job,
): Promise<readonly BuiltImage[]> {
  const images: BuiltImage[] = []
  for (const platform of request.platforms) images.push(await buildPlatform(request, machinery, platform, job))
  return images
}

async function buildPlatform(
  request: BuildRequest,
  machinery: BuildMachinery,
  platform: Platform,
  job: Job,
): Promise<BuiltImage> {
  const resolved = await resolveBuild(request, platform, job)
  const plans = planStages(request, resolved)
  await using trees = new TreePool(machinery.layersDirectory)
  const execution: Execution = {
    ...{ request, machinery, resolved, trees, running: new Map() },
    cache: machinery.cache ?? new StepCache(machinery.cacheDirectory),
    dateSeconds: request.dateSeconds,
  }
  const results = await executeStages(plans, execution, job)
  const target = results.get(resolved.evaluated.target?.stage.index ?? -1)
  assert(target !== undefined, 'the target was not built')
  await storeBase(target.files, machinery.store, job)
  const files = await inAskedCompression(target.files, request, machinery, job)
  return imageOf({ ...target, files }, resolved, execution)
}

/** Layers of the cache may have been made for another compression. Those of the base image stay as they are. */
async function inAskedCompression(
  files: StageFiles,
  { compression }: BuildRequest,
  { store, cacheDirectory }: BuildMachinery,
  job: Job,
): Promise<StageFiles> {
  const own = files.base?.image.layers.length ?? 0
  const layers: Layer[] = []
  for (const [number, layer] of files.layers.entries()) {
    const isAsked = number < own || layerCompression(layer.descriptor.mediaType) === compression.format
    if (isAsked) {
      layers.push(layer)
      continue
    }
    const { convertLayer } = await import('./image/convert-layer.ts')
    layers.push(await convertLayer(layer, compression, { store, cacheFolder: cacheDirectory }, job))
  }
  return { ...files, layers }
}

/** Plans the stages that the target takes, each on the config of the one that it begins with. */
function planStages(request: BuildRequest, resolved: ResolvedBuild): ReadonlyMap<number, StagePlan> {
  const names = originNames(request)
  const plans = new Map<number, StagePlan>()
  for (const evaluated of resolved.stages) {
    const { index } = evaluated.stage
    plans.set(
      index,
      planStage(evaluated, (origin) => baseOf(origin, index, plans, resolved), names),
    )
  }
  return plans
}

function baseOf(
  origin: StagePlan['base'],
  index: number,
  plans: ReadonlyMap<number, StagePlan>,
  resolved: ResolvedBuild,
): PlannedBase {
  if (origin.kind === 'stage') {
    const base = plans.get(origin.index)
    assert(base !== undefined, 'a stage comes before those that begin with it')
    return base
  }
  // BuildKit writes the root as the folder of an image that begins with nothing.
  if (origin.kind !== 'image') return { config: { WorkingDir: '/' }, author: undefined, arguments: new Map() }
  const platform = resolved.stagePlatforms.get(index) ?? resolved.platform
  const config = resolved.findImage(origin.reference, platform)?.image.config
  return { config: config?.config ?? {}, author: config?.author, arguments: new Map() }
}

/** Stages run side by side and wait for each other where one needs another. The first that fails ends all. */
async function executeStages(
  plans: ReadonlyMap<number, StagePlan>,
  execution: Execution,
  job: Job,
): Promise<ReadonlyMap<number, StageResult>> {
  const failed = new AbortController()
  const inner = withSignal(job, AbortSignal.any([job.signal, failed.signal]))
  const started = new Map<number, Promise<StageResult>>()
  let failure: { readonly error: unknown } | undefined
  const start = (index: number): Promise<StageResult> => {
    const running = started.get(index)
    if (running !== undefined) return running
    const result = run(index)
    started.set(index, result)
    result.catch((error: unknown) => {
      failure ??= { error }
      failed.abort(error)
    })
    return result
  }
  const run = async (index: number): Promise<StageResult> => {
    const plan = plans.get(index)
    assert(plan !== undefined, 'a stage is needed that was not planned')
    const base = plan.base.kind === 'stage' ? await start(plan.base.index) : undefined
    return await executeStage(plan, base, async (other) => (await start(other)).files, execution, inner)
  }
  await Promise.allSettled(Array.from(plans.keys(), start))
  job.signal.throwIfAborted()
  if (failure !== undefined) throw failure.error
  const results = new Map<number, StageResult>()
  for (const [index, result] of started) results.set(index, await result)
  return results
}
