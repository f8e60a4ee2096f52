import { assert } from '../std/assert.ts'
import type { Job } from '../std/job.ts'
import type { ContentSink, ContentSource, ReferrerSource } from '../image/content.ts'
import type { Descriptor } from '../image/descriptor.ts'
import type { Reference } from '../image/reference.ts'
import { deleteContent, deleteTag } from './api/delete.ts'
import { seenBlobs, type ManifestBytes } from './api/manifests.ts'
import type { MirroredRepository } from './api/mirrored.ts'
import { createPuller } from './api/pull.ts'
import { createPusher } from './api/push.ts'
import { listReferrers } from './api/referrers.ts'
import { listTags } from './api/tags.ts'
import type { MountCandidates } from './mount-candidates.ts'

/**
 * One repository of one registry. References that it is given must be of this repository.
 *
 * Images are read from the registry's mirrors first, if it has some. Tags and referrers are asked of the registry itself:
 * a mirror may know only those that somebody pulled through it.
 */
export interface Repository extends ContentSource, ContentSink, ReferrerSource {
  readonly registry: string
  readonly repository: string

  /** All tags, page by page. @throws ImageError `not-found` for a repository that is not there; RegistryError */
  tags(job: Job): AsyncIterable<string>

  /** As in ReferrerSource, and only those of one type if `artifactType` is given. */
  referrers(subject: Descriptor, job: Job, artifactType?: string): Promise<readonly Descriptor[]>

  /**
   * Deletes a blob, or a manifest with all its tags.
   *
   * @throws ImageError `not-found`; RegistryError `unsupported` where the registry has deleting switched off.
   */
  delete(descriptor: Descriptor, job: Job): Promise<void>

  /**
   * Deletes a tag and leaves its manifest.
   *
   * @throws ImageError `not-found`; RegistryError `unsupported` where the registry deletes manifests only as a whole.
   */
  deleteTag(tag: string, job: Job): Promise<void>
}

/** What a repository is made of. */
export interface RepositoryParts extends MirroredRepository {
  readonly registry: string
  readonly repository: string
  readonly mountCandidates: MountCandidates
}

/** Puts a repository together. Programs get theirs from a client. */
export function createRepository(parts: RepositoryParts): Repository {
  const { registry, repository, upstream, mountCandidates } = parts
  const seen = (manifest: ManifestBytes): void => mountCandidates.add(registry, repository, seenBlobs(manifest))
  const puller = createPuller(parts, seen)
  const pusher = createPusher({ at: upstream, mountCandidates, seen })
  const checked = (reference: Reference): Reference => {
    assert(reference.registry === registry && reference.repository === repository, 'a reference of another repository')
    return reference
  }
  return {
    registry,
    repository,
    resolve: async (reference, job) => puller.resolve(checked(reference), job),
    open: (descriptor, job, offsetBytes) => puller.open(descriptor, job, offsetBytes),
    has: (descriptor, job) => pusher.has(descriptor, job),
    write: (descriptor, open, job) => pusher.write(descriptor, open, job),
    tag: async (reference, descriptor, manifest, job) => pusher.tag(checked(reference), descriptor, manifest, job),
    tags: (job) => listTags(upstream, job),
    referrers: (subject, job, artifactType) => listReferrers(upstream, subject.digest, artifactType, job),
    async delete(descriptor, job) {
      pusher.forget(descriptor.digest)
      await deleteContent(upstream, descriptor, job)
    },
    deleteTag: (tag, job) => deleteTag(upstream, tag, job),
  }
}
