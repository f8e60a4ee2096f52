import { nearest } from '../../std/nearest.ts'
import { byteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { ContentSource } from '../../image/content.ts'
import type { Digest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { isManifestMediaType } from '../../image/media-type.ts'
import type { Reference } from '../../image/reference.ts'
import { fetchManifest, resolveManifest, type ManifestBytes } from './manifests.ts'
import { openMirroredBlob, readMirrored, type MirroredRepository } from './mirrored.ts'
import { listTags } from './tags.ts'

/** Reads from a repository. `seen` is told of each manifest that was fetched. */
export function createPuller(repository: MirroredRepository, seen: (manifest: ManifestBytes) => void): ContentSource {
  /** A manifest that came along with the answer to a tag. */
  let atHand: ManifestBytes | undefined
  const fetch = async (digest: Digest, job: Job): Promise<ManifestBytes> => {
    if (atHand?.descriptor.digest === digest) return atHand
    return readMirrored(repository, job, (at) => fetchManifest(at, digest, job))
  }
  return {
    async resolve(reference, job) {
      const named = reference.digest ?? reference.tag ?? 'latest'
      try {
        const found = await readMirrored(repository, job, (at) => resolveManifest(at, named, job))
        if (!('bytes' in found)) return found
        atHand = found
        return found.descriptor
      } catch (error) {
        throw await withNearTag(repository, reference, error, job)
      }
    },
    async open(descriptor, job, offsetBytes = 0) {
      if (!isManifestMediaType(descriptor.mediaType)) {
        return openMirroredBlob(repository, descriptor, job, offsetBytes)
      }
      const manifest = await fetch(descriptor.digest, job)
      seen(manifest)
      return byteStream(manifest.bytes.subarray(offsetBytes))
    },
  }
}

/** Tags that are looked at for one that was probably meant. */
const candidatesMax = 1000

async function withNearTag(
  { upstream }: MirroredRepository,
  { tag, digest }: Reference,
  error: unknown,
  job: Job,
): Promise<unknown> {
  const isUnknownTag = error instanceof ImageError && error.code === 'not-found' && digest === undefined
  if (!isUnknownTag || tag === undefined) return error
  const candidates: string[] = []
  try {
    for await (const candidate of listTags(upstream, job)) {
      candidates.push(candidate)
      if (candidates.length === candidatesMax) break
    }
  } catch {
    job.signal.throwIfAborted()
    return error
  }
  const near = nearest(tag, candidates)
  const hint = near === undefined ? 'List what is there with "wherry tags".' : `Did you mean the tag ${near}?`
  return new ImageError('not-found', error.message, { hint, cause: error.cause })
}
