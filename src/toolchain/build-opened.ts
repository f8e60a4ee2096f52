import { attestImages, type Attestation, type BuildFacts } from '../build/attest-images.ts'
import { build } from '../build/build.ts'
import type { BuildRequest } from '../build/build-request.ts'
import type { BuiltImage } from '../build/built-image.ts'
import type { ExchangedStepCache } from '../build/exchanged-step-cache.ts'
import { exportImages, type ExportReport } from '../build/export-images.ts'
import type { Job } from '../std/job.ts'
import type { BuildDestinations } from './build-destinations.ts'
import { exportEnvironment } from './building/export-environment.ts'
import type { OpenedBuild } from './open-build.ts'
import { repositoryFacts } from './opening/local-git.ts'
import type { Toolchain } from './toolchain.ts'

/** What a build came to. */
export interface BuildOutcome {
  /** One for each platform. */
  readonly images: readonly BuiltImage[]
  /** What was said about each, if that was asked for. */
  readonly attestations: ReadonlyMap<BuiltImage, readonly Attestation[]>
  readonly report: ExportReport
}

/**
 * Builds what was opened, and brings it to its destinations.
 *
 * @param startedMs when the whole build began, for provenance
 * @throws DockerfileError for what the Dockerfile says; StepError for a step that failed; what resolving images and outputs throw
 */
export async function buildOpened(
  opened: OpenedBuild,
  wanted: BuildDestinations,
  startedMs: number,
  toolchain: Toolchain,
  job: Job,
): Promise<BuildOutcome> {
  const { request } = opened
  await using held = new AsyncDisposableStack()
  const { images, cache } = await buildImages(request, wanted, toolchain, held, job)
  const vcs = wanted.attestations.provenance === undefined ? undefined : await vcsOf(opened, toolchain)
  const facts = { request, startedMs, ...sourcesOf(opened), vcs }
  const attestations = await attestImages(images, wanted.attestations, facts, toolchain.folders.layers, job)
  const { outputs, names, annotations } = wanted
  const environment = exportEnvironment(toolchain, wanted.writeToStandardOutput)
  const report = await exportImages({ images, outputs, names, annotations, attestations }, environment, job)
  if (cache !== undefined) {
    const { exportCaches } = await import('./building/caches.ts')
    await exportCaches(wanted.cacheTargets, images, cache, toolchain, job)
  }
  await toolchain.mounts.save()
  return { images, attestations, report }
}

interface Built {
  readonly images: readonly BuiltImage[]
  /** Undefined where nobody else's cache is read or written. */
  readonly cache: ExchangedStepCache | undefined
}

async function buildImages(
  request: BuildRequest,
  { cacheOrigins, cacheTargets, squash }: BuildDestinations,
  toolchain: Toolchain,
  held: AsyncDisposableStack,
  job: Job,
): Promise<Built> {
  const { store, containers, folders } = toolchain
  const isExchanging = cacheOrigins.length > 0 || cacheTargets.length > 0
  const exchange = isExchanging ? await import('./building/caches.ts') : undefined
  const cache = await exchange?.openCaches(cacheOrigins, toolchain, held, job)
  const { layers: layersDirectory, builds: cacheDirectory } = folders
  const built = await build(request, { store, layersDirectory, cacheDirectory, containers, cache }, job)
  const images: BuiltImage[] = []
  for (const image of built) {
    if (!squash) {
      images.push(image)
      continue
    }
    const { squashImage } = await import('../build/squash-image.ts')
    const places = { store, layersFolder: layersDirectory, cacheFolder: cacheDirectory }
    images.push(await squashImage(image, request.compression, places, job))
  }
  return { images: (await exchange?.withInlineCaches(cacheTargets, images, cache, toolchain, job)) ?? images, cache }
}

/** What provenance says of where the context and the Dockerfile come from. */
function sourcesOf({ context, dockerfile }: OpenedBuild): Pick<BuildFacts, 'source' | 'localSources'> {
  const localSources = [
    ...(context.folder === undefined ? [] : ['context']),
    ...(dockerfile.path === undefined ? [] : ['dockerfile']),
  ]
  return { source: context.material, localSources }
}

/** As with buildx, BUILDX_GIT_INFO=false keeps the repository of a folder to itself. That of a fetched context is its source already. */
async function vcsOf({ context }: OpenedBuild, { environment }: Toolchain): Promise<BuildFacts['vcs']> {
  const isUnwanted = /^(?:0|f|false)$/i.test(environment['BUILDX_GIT_INFO'] ?? '')
  return isUnwanted || context.folder === undefined ? undefined : await repositoryFacts(context.folder)
}
