import type { MirrorClient } from './mirror-client.ts'
import type { MirrorOrder } from './mirror-order.ts'

/** How archives are asked, and where is kept what they answered. */
export interface ArchiveAccess {
  readonly client: MirrorClient
  readonly order: MirrorOrder
  readonly cacheFolder: string
  /** Nothing is asked for, and an index that is kept may be past its Valid-Until. */
  readonly isOffline: boolean
  /** An index that was asked for in the last so many milliseconds is not asked for again. */
  readonly freshnessMs: number
}

/** The folder of a suite at a mirror. */
export function suiteUrl(mirror: string, suite: string): URL {
  return new URL(`dists/${suite}/`, mirror)
}
