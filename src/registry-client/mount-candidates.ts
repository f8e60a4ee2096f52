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

/** Blobs that are remembered: some hundred images. */
export const mountCandidateBlobsMax = 5000

/** Repositories that are remembered for one blob. */
const repositoriesMax = 4

/** What was seen of one blob. */
export interface SeenBlob {
  readonly registry: string
  readonly digest: Digest
  /** The latest first. */
  readonly repositories: readonly string[]
}

/** A memory that ends with the program. The longest unseen of more than {@link mountCandidateBlobsMax} blobs are forgotten. */
export class MemoryMountCandidates implements MountCandidates {
  readonly #seen = new Map<string, SeenBlob>()

  find(registry: string, digest: Digest): Promise<readonly string[]> {
    return Promise.resolve(this.#seen.get(keyOf(registry, digest))?.repositories ?? [])
  }

  add(registry: string, repository: string, digests: readonly Digest[]): void {
    for (const digest of digests) {
      const key = keyOf(registry, digest)
      const others = (this.#seen.get(key)?.repositories ?? []).filter((name) => name !== repository)
      // Deleted first, so that it becomes the latest.
      this.#seen.delete(key)
      this.#seen.set(key, { registry, digest, repositories: [repository, ...others].slice(0, repositoriesMax) })
    }
    for (const key of this.#seen.keys()) {
      if (this.#seen.size <= mountCandidateBlobsMax) break
      this.#seen.delete(key)
    }
  }

  /** All that is remembered, the latest last. */
  entries(): Iterable<SeenBlob> {
    return this.#seen.values()
  }
}

function keyOf(registry: string, digest: Digest): string {
  return `${registry} ${digest}`
}
