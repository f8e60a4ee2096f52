import { strict as assert } from 'node:assert'
import { byteStream, readAll } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import type { ContentSink, ContentSource } from '../image/content.ts'
import type { Descriptor } from '../image/descriptor.ts'
import type { Digest } from '../image/digest.ts'
import { isManifestMediaType } from '../image/media-type.ts'
import type { Reference } from '../image/reference.ts'
import { verified } from '../image/verify.ts'
import { hasBlob } from './api/blobs.ts'
import { openBlob } from './api/download.ts'
import { fetchManifest, resolveManifest } from './api/manifests.ts'
import { putManifest } from './api/push-manifest.ts'
import type { RepositoryEndpoint } from './api/repository-endpoint.ts'
import { uploadBlob } from './api/upload.ts'

/** One repository of one registry. References that it is given must be of this repository. */
export interface Repository extends ContentSource, ContentSink {
  readonly registry: string
  readonly repository: string
}

export interface RepositoryParts {
  readonly registry: string
  readonly repository: string
  readonly upstream: RepositoryEndpoint
}

export function createRepository({ registry, repository, upstream }: RepositoryParts): Repository {
  /** Manifests that came along with the answer to a tag. */
  const atHand = new Map<Digest, Uint8Array>()
  const tagOrDigestOf = (reference: Reference): string => {
    assert(reference.registry === registry && reference.repository === repository, 'a reference of another repository')
    const named = reference.digest ?? reference.tag
    assert(named !== undefined, 'a reference with neither tag nor digest')
    return named
  }
  return {
    registry,
    repository,
    async resolve(reference, job) {
      const found = await resolveManifest(upstream, tagOrDigestOf(reference), job)
      if (!('bytes' in found)) return found
      atHand.clear()
      atHand.set(found.descriptor.digest, found.bytes)
      return found.descriptor
    },
    async open(descriptor, job, offsetBytes = 0) {
      if (!isManifestMediaType(descriptor.mediaType)) return openBlob(upstream, descriptor, job, offsetBytes)
      const bytes = atHand.get(descriptor.digest) ?? (await fetchManifest(upstream, descriptor.digest, job)).bytes
      return byteStream(bytes.subarray(offsetBytes))
    },
    has: (descriptor, job) => hasBlob(upstream, descriptor, job),
    async write(descriptor, open, job) {
      if (!isManifestMediaType(descriptor.mediaType)) return uploadBlob(upstream, descriptor, open, undefined, job)
      await putManifest(
        upstream,
        descriptor.digest,
        descriptor,
        await readManifest(descriptor, await open(0), job),
        job,
      )
    },
    async tag(reference, descriptor, manifest, job) {
      await putManifest(upstream, reference.tag ?? descriptor.digest, descriptor, manifest, job)
    },
  }
}

async function readManifest(descriptor: Descriptor, stream: AsyncIterable<Uint8Array>, job: Job): Promise<Uint8Array> {
  return readAll(verified(stream, descriptor), job.limits.manifestBytesMax)
}
