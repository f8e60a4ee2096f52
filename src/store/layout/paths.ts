import { join } from 'node:path'
import { digestAlgorithm, digestHex, type Digest } from '../../image/digest.ts'

/** Everything that is ours and not the specification's lies in this one folder of the layout. */
export const ownFolder = '.wherry'

/** Where everything in a store lies. */
export interface LayoutPaths {
  readonly root: string
  readonly layoutFile: string
  readonly indexFile: string
  readonly blobs: string
  readonly own: string
  /** Blobs that have not arrived as a whole. Each is locked by the one who writes it. */
  readonly partial: string
  /** One file for each session that is at work, locked by it. */
  readonly leases: string
  /** Blobs that were found not to be what their name says. */
  readonly damaged: string
  /** Blobs that prune has taken out and not deleted yet. */
  readonly trash: string
  /** Temporary files without names. */
  readonly spool: string
  /** Layer indexes, which are not the store's business. */
  readonly layers: string
  /** Held exclusively by those who change `index.json`. */
  readonly indexLock: string
  /** Held exclusively by prune while it chooses, shared by those who rely on a blob staying. */
  readonly pruneLock: string
}

export function layoutPaths(root: string): LayoutPaths {
  const own = join(root, ownFolder)
  return {
    root,
    layoutFile: join(root, 'oci-layout'),
    indexFile: join(root, 'index.json'),
    blobs: join(root, 'blobs'),
    own,
    partial: join(own, 'partial'),
    leases: join(own, 'leases'),
    damaged: join(own, 'damaged'),
    trash: join(own, 'trash'),
    spool: join(own, 'spool'),
    layers: join(own, 'layers'),
    indexLock: join(own, 'index.lock'),
    pruneLock: join(own, 'prune.lock'),
  }
}

/** Image-spec, image-layout.md, "Blobs". */
export function blobPath(paths: LayoutPaths, digest: Digest): string {
  return join(paths.blobs, digestAlgorithm(digest), digestHex(digest))
}

/** The same blob in one of our own folders, which are flat. */
export function flatPath(folder: string, digest: Digest): string {
  return join(folder, `${digestAlgorithm(digest)}-${digestHex(digest)}`)
}
