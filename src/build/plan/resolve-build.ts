import type { BuildPlatform } from '../../dockerfile/build-arguments.ts'
import type { Diagnostic } from '../../dockerfile/diagnostic.ts'
import { evaluateDockerfile } from '../../dockerfile/evaluate.ts'
import type { BaseImage, EvaluatedDockerfile, EvaluatedStage } from '../../dockerfile/evaluated.ts'
import { neededStages } from '../../dockerfile/stages.ts'
import { configEnvironment } from '../../image/config-environment.ts'
import type { Platform } from '../../image/descriptor.ts'
import { loadImage, type Image } from '../../image/image.ts'
import { formatPlatform, hostPlatform, parsePlatform } from '../../image/platform.ts'
import type { ContentSource } from '../../image/content.ts'
import { forEachConcurrently } from '../../std/concurrency.ts'
import type { Job } from '../../std/job.ts'
import type { BuildRequest } from '../build-request.ts'
import { DockerfileError } from '../errors.ts'
import { originOf, type OriginNames } from './origins.ts'

/** An image that a build begins with or copies from: its documents; the bytes of its layers are fetched when they are needed. */
export interface ResolvedImage {
  readonly reference: string
  readonly image: Image
  readonly source: ContentSource
  readonly platform: Platform
}

/** A Dockerfile of which everything is known that can be known before anything is done. */
export interface ResolvedBuild {
  readonly evaluated: EvaluatedDockerfile
  /** What the target takes, itself last. */
  readonly stages: readonly EvaluatedStage[]
  readonly platform: Platform
  /** The platform of each stage, by its index. */
  readonly stagePlatforms: ReadonlyMap<number, Platform>
  /** In the order of their names. */
  readonly images: readonly ResolvedImage[]
  findImage(reference: string, platform: Platform): ResolvedImage | undefined
}

/** ONBUILD of an image may name further images, whose ONBUILD … but nobody does that. */
const roundsMax = 10

/**
 * Evaluates a Dockerfile with the images that its stages begin with.
 *
 * @throws DockerfileError; what the resolver throws
 */
export async function resolveBuild(request: BuildRequest, platform: Platform, job: Job): Promise<ResolvedBuild> {
  const images = new Map<string, ResolvedImage>()
  const names = originNames(request)
  for (let round = 0; ; round += 1) {
    const evaluated = evaluate(request, platform, images)
    const stages = stagesOf(evaluated, names)
    const stagePlatforms = platformsOf(evaluated, platform)
    const missing = new Map<string, { readonly reference: string; readonly platform: Platform }>()
    for (const wanted of stages.flatMap((stage) => imagesOf(stage, stagePlatforms, platform, names))) {
      const key = imageKey(wanted.reference, wanted.platform)
      if (!images.has(key)) missing.set(key, wanted)
    }
    if (missing.size === 0 || round === roundsMax) {
      return {
        ...{ evaluated, stages, platform, stagePlatforms },
        images: [...images].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, image]) => image),
        findImage: (reference, wanted) => images.get(imageKey(reference, wanted)),
      }
    }
    await forEachConcurrently(missing, job.limits.transfersMax, job, async ([key, wanted], inner) => {
      const found = await request.images.resolve(wanted.reference, wanted.platform, inner)
      const image = await loadImage(found.source, found.descriptor, wanted.platform, inner)
      images.set(key, { ...wanted, image, source: found.source })
    })
  }
}

/** What names stand for in this build. */
export function originNames({
  namedContexts,
  document,
}: Pick<BuildRequest, 'namedContexts' | 'document'>): OriginNames {
  return { namedContexts, stageNames: document.stages.map(({ name }) => name) }
}

function evaluate(
  request: BuildRequest,
  platform: Platform,
  images: ReadonlyMap<string, ResolvedImage>,
): EvaluatedDockerfile {
  const { document, buildArguments, target } = request
  const options = {
    ...{ buildArguments, target },
    buildPlatform: buildPlatformOf(hostPlatform()),
    targetPlatform: buildPlatformOf(platform),
  }
  const first = evaluateDockerfile(document, options)
  const stagePlatforms = platformsOf(first, platform)
  const baseImages = new Map<number, BaseImage>()
  for (const stage of first.stages) {
    const origin = originOf(stage.base, originNames(request))
    if (origin.kind !== 'image') continue
    const found = images.get(imageKey(origin.reference, stagePlatforms.get(stage.stage.index) ?? platform))
    if (found !== undefined) baseImages.set(stage.stage.index, baseImageOf(found.image))
  }
  return baseImages.size === 0 ? first : evaluateDockerfile(document, { ...options, baseImages })
}

/** @throws DockerfileError for mistakes that depend on values, and for a target that is not there */
function stagesOf(evaluated: EvaluatedDockerfile, names: OriginNames): readonly EvaluatedStage[] {
  const { target } = evaluated
  const isReplaced = (index: number): boolean => originOf({ kind: 'stage', index }, names).kind !== 'stage'
  const needed = target === undefined ? evaluated.stages : neededStages(evaluated, target, isReplaced)
  const others = evaluated.stages.filter((stage) => !needed.includes(stage))
  const errors = evaluated.diagnostics.filter((each) => each.severity === 'error' && !isOfNoConcern(each, others))
  if (errors.length > 0 || target === undefined) throw new DockerfileError('the Dockerfile cannot be built', errors)
  return needed
}

/** What is wrong with how stages refer to each other, also where nothing needs them. */
const wrongReferences = new Set<Diagnostic['code']>(['circular-stages', 'unknown-stage', 'unsupported-variable'])

/** A stage that nothing needs may lack what it is given when it is built, such as `${VERSION:?}`: as in BuildKit, nobody looks at it. */
function isOfNoConcern({ code, range }: Diagnostic, others: readonly EvaluatedStage[]): boolean {
  if (wrongReferences.has(code)) return false
  const instructions = others.flatMap(({ stage }) => stage.instructions)
  return instructions.some((each) => each.range.start <= range.start && range.end <= each.range.end)
}

/** A stage on a stage has the platform of that. */
function platformsOf(evaluated: EvaluatedDockerfile, platform: Platform): ReadonlyMap<number, Platform> {
  const platforms = new Map<number, Platform>()
  for (const { stage, base, platform: own } of evaluated.stages) {
    const inherited = base.kind === 'stage' ? platforms.get(base.index) : undefined
    platforms.set(stage.index, own === undefined || own === '' ? (inherited ?? platform) : parsePlatform(own))
  }
  return platforms
}

function imagesOf(
  evaluated: EvaluatedStage,
  stagePlatforms: ReadonlyMap<number, Platform>,
  platform: Platform,
  names: OriginNames,
): readonly { readonly reference: string; readonly platform: Platform }[] {
  const own = stagePlatforms.get(evaluated.stage.index) ?? platform
  const sources = evaluated.instructions.flatMap((each) => {
    if (each.kind === 'run') return each.mounts.map(({ fileSource }) => fileSource)
    return each.kind === 'copy' || each.kind === 'add' ? [each.fileSource] : []
  })
  return [evaluated.base, ...sources].flatMap((source) => {
    const origin = source === undefined ? undefined : originOf(source, names)
    return origin?.kind === 'image' ? [{ reference: origin.reference, platform: own }] : []
  })
}

function imageKey(reference: string, platform: Platform): string {
  return `${reference} ${formatPlatform(platform)}`
}

function buildPlatformOf(platform: Platform): BuildPlatform {
  return { os: platform.os, architecture: platform.architecture, variant: platform.variant }
}

function baseImageOf({ config }: Image): BaseImage {
  const { OnBuild: triggers = [], Shell: shell } = config.config ?? {}
  const environment = configEnvironment(config.config)
  return { environment, triggers, ...(shell === undefined ? {} : { shell }), platform: buildPlatformOf(config) }
}
