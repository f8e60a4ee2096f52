import { build } from '../../build/build.ts'
import type { BuildRequest } from '../../build/build-request.ts'
import type { BuiltImage } from '../../build/built-image.ts'
import type { ExchangedStepCache } from '../../build/exchanged-step-cache.ts'
import { createContainerHost } from '../../container/create-host.ts'
import type { Job } from '../../std/job.ts'
import type { CachePlaces } from './caches.ts'
import type { Destinations } from './destinations.ts'

/** What building takes beside the request. */
export interface BuildPlaces extends CachePlaces {
  /** For what runs. */
  readonly scratch: string
}

/** What a build gave. */
export interface BuildResult {
  readonly images: readonly BuiltImage[]
  /** Undefined where nobody else's cache is read or written. */
  readonly cache: ExchangedStepCache | undefined
}

/** Builds the images of a request, squashed if that is wanted. */
export async function buildImages(
  request: BuildRequest,
  { cacheOrigins, cacheTargets }: Pick<Destinations, 'cacheOrigins' | 'cacheTargets'>,
  squash: boolean,
  places: BuildPlaces,
  job: Job,
): Promise<BuildResult> {
  const { store, directory, scratch } = places
  const layersDirectory = store.layersPath
  const isExchanging = cacheOrigins.length > 0 || cacheTargets.length > 0
  const exchange = isExchanging ? await import('./caches.ts') : undefined
  const cache = await exchange?.openCaches(cacheOrigins, places, job)
  await using containers = createContainerHost({ layersDirectory, scratchDirectory: scratch })
  const machinery = { store, layersDirectory, cacheDirectory: directory, containers, cache }
  const built = await build(request, machinery, job)
  const folders = { store, layersFolder: layersDirectory, cacheFolder: directory }
  const images: BuiltImage[] = []
  for (const image of built) {
    if (!squash) {
      images.push(image)
      continue
    }
    const { squashImage } = await import('../../build/squash-image.ts')
    images.push(await squashImage(image, request.compression, folders, job))
  }
  return { images: (await exchange?.withInlineCaches(cacheTargets, images, cache, places, job)) ?? images, cache }
}
