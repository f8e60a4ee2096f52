import type { Digest } from '../image/digest.ts'

/**
 * Remembers which repositories of a registry hold which blobs, so that a push to another repository of the same registry
 * can ask for a mount instead of sending bytes. A wrong memory costs one request and nothing else.
 */
export interface MountCandidates {
  /** Repositories that held this blob when last seen, the latest first. */
  find(registry: string, digest: Digest): Promise<readonly string[]>
  /** Notes that a repository holds these blobs. */
  add(registry: string, repository: string, digests: readonly Digest[]): void
}

/** Repositories that are remembered for one blob. */
const repositoriesMax = 4

/** A memory that ends with the program. The oldest of more than `blobsMax` blobs are forgotten. */
export function memoryMountCandidates(blobsMax = 20_000): MountCandidates {
  const known = new Map<string, readonly string[]>()
  return {
    find: (registry, digest) => Promise.resolve(known.get(`${registry} ${digest}`) ?? []),
    add(registry, repository, digests) {
      for (const digest of digests) {
        const key = `${registry} ${digest}`
        const others = (known.get(key) ?? []).filter((name) => name !== repository)
        // Deleted first, so that it becomes the youngest.
        known.delete(key)
        known.set(key, [repository, ...others].slice(0, repositoriesMax))
      }
      for (const key of known.keys()) {
        if (known.size <= blobsMax) break
        known.delete(key)
      }
    },
  }
}
