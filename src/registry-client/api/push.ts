import { readAll, type ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { ContentSink } from '../../image/content.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { parseManifest, type ManifestDocument } from '../../image/manifest.ts'
import { isManifestMediaType } from '../../image/media-type.ts'
import { ContentCheck, verified } from '../../image/verify.ts'
import type { MountCandidates } from '../mount-candidates.ts'
import { hasBlob } from './blobs.ts'
import type { ManifestBytes } from './manifests.ts'
import { mountBlob, type MountResult } from './mount.ts'
import { putManifest } from './push-manifest.ts'
import { addToReferrersTag } from './referrers-tag.ts'
import { referrerDescriptor } from './referrers.ts'
import type { RepositoryEndpoint } from './repository-endpoint.ts'
import { uploadBlob } from './upload.ts'

export interface PusherParts {
  readonly at: RepositoryEndpoint
  readonly mountCandidates: MountCandidates
  /** Is told of each manifest that was put. */
  readonly seen: (manifest: ManifestBytes) => void
}

/** How many repositories a blob is tried to be mounted from. Each try is a round trip. */
const mountTriesMax = 2

export interface Pusher extends ContentSink {
  /** What was there may be so no longer. */
  forget(digest: Digest): void
}

/** Writes to a repository. What it once found or wrote there is not asked for again. */
export function createPusher({ at, mountCandidates, seen }: PusherParts): Pusher {
  const present = new Set<Digest>()
  /** What was found missing, with where the registry began an upload of it. The write that follows need not ask again. */
  const missing = new Map<Digest, { readonly location: URL | undefined }>()

  const look = async (descriptor: Descriptor, job: Job): Promise<boolean> => {
    if (present.has(descriptor.digest) || (await hasBlob(at, descriptor, job))) return true
    const isBlob = !isManifestMediaType(descriptor.mediaType)
    const mount = isBlob ? await mountFrom(mountCandidates, at, descriptor, job) : notMounted
    if (!mount.isMounted) missing.set(descriptor.digest, mount)
    return mount.isMounted
  }
  const has = async (descriptor: Descriptor, job: Job): Promise<boolean> => {
    const isThere = await look(descriptor, job)
    if (isThere) present.add(descriptor.digest)
    return isThere
  }
  const put = async (tagOrDigest: string, descriptor: Descriptor, bytes: Uint8Array, job: Job): Promise<void> => {
    const { isSubjectKnown } = await putManifest(at, tagOrDigest, descriptor, bytes, job)
    present.add(descriptor.digest)
    seen({ descriptor, bytes })
    if (!isSubjectKnown) await announceSubject(at, { descriptor, bytes }, job)
  }
  return {
    has,
    forget: (digest) => void present.delete(digest),
    async write(descriptor, open, job) {
      if (!missing.has(descriptor.digest) && (await has(descriptor, job))) return
      const known = missing.get(descriptor.digest)
      missing.delete(descriptor.digest)
      if (isManifestMediaType(descriptor.mediaType)) {
        await put(descriptor.digest, descriptor, await readManifestBytes(descriptor, await open(0), job), job)
      } else {
        await uploadBlob(at, descriptor, open, known?.location, job)
        present.add(descriptor.digest)
      }
    },
    async tag(reference, descriptor, manifest, job) {
      const check = new ContentCheck(descriptor)
      check.update(manifest)
      check.finish()
      await put(reference.tag ?? descriptor.digest, descriptor, manifest, job)
    },
  }
}

const notMounted: MountResult = { isMounted: false, location: undefined }

/** Tries the repositories that are known to have held the blob. An upload that was begun instead ends the trying. */
async function mountFrom(
  candidates: MountCandidates,
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  job: Job,
): Promise<MountResult> {
  const found = await candidates.find(at.endpoint.registry, descriptor.digest)
  for (const repository of found.filter((name) => name !== at.name).slice(0, mountTriesMax)) {
    const mount = await mountBlob(at, descriptor, repository, job)
    if (mount.isMounted || mount.location !== undefined) return mount
  }
  return notMounted
}

function readManifestBytes(descriptor: Descriptor, stream: ByteStream, job: Job): Promise<Uint8Array> {
  return readAll(verified(stream, descriptor), job.limits.manifestBytesMax)
}

/** Where the registry did not say that it took note of a manifest's subject, the referrers tag must. */
async function announceSubject(at: RepositoryEndpoint, { descriptor, bytes }: ManifestBytes, job: Job): Promise<void> {
  const document = documentOf({ descriptor, bytes }, job)
  if (document?.subject === undefined) return
  await addToReferrersTag(at, document.subject.digest, referrerDescriptor(descriptor, document), job)
}

/** What a manifest says, if it is one: the registry is who decides whether to take it. */
function documentOf({ descriptor, bytes }: ManifestBytes, job: Job): ManifestDocument | undefined {
  try {
    return parseManifest(bytes, descriptor.mediaType, 'manifest', job.limits)
  } catch (error) {
    if (error instanceof ImageError) return undefined
    throw error
  }
}
