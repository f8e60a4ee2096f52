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
