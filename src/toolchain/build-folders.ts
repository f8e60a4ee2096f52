import { dirname, join } from 'node:path'
import type { LayoutStore } from '../store/layout-store.ts'

/** Where builds keep what they need again: beside the layers of the store, to whose blobs the cache points. */
export interface BuildFolders {
  /** What steps came to, cache mounts, what was fetched, and hashes of files of contexts. */
  readonly cache: string
  /** For what runs now. */
  readonly scratch: string
}

/** Those of a store. */
export function buildFolders({ layersPath }: Pick<LayoutStore, 'layersPath'>): BuildFolders {
  const own = dirname(layersPath)
  return { cache: join(own, 'build'), scratch: join(own, 'scratch') }
}
