import type { BlobIngester, ContentSink, ContentSource } from '../../image/content.ts'
import type { ContainerHost } from '../../container/container.ts'
import type { BuildRequest } from '../build-request.ts'
import type { LayerRecord, StepCache, StepKey } from '../cache/step-cache.ts'
import type { ResolvedBuild } from '../plan/resolve-build.ts'
import type { TreePool } from './tree-pool.ts'

/** Where a build keeps what it makes. */
export interface BuildMachinery {
  /** Where layers go, and come from again. */
  readonly store: ContentSource & ContentSink & BlobIngester
  /** The cache folder of layer indexes. */
  readonly layersDirectory: string
  /** The folder of the build cache. */
  readonly cacheDirectory: string
  /** The cache in that folder, if it is one that others share. */
  readonly cache: StepCache | undefined
  /** Started with the first RUN that is not in the cache. */
  readonly containers: ContainerHost
}

/** What all steps of a build for one platform share. */
export interface Execution {
  readonly request: BuildRequest
  readonly machinery: BuildMachinery
  readonly resolved: ResolvedBuild
  readonly cache: StepCache
  readonly trees: TreePool
  /** Steps that run now or ran already, so that equal ones run once. */
  readonly running: Map<StepKey, Promise<LayerRecord>>
  /** No time in the image is later. */
  readonly dateSeconds: number
}
