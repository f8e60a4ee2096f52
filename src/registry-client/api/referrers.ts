import type { Job } from '../../std/job.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { digestAlgorithm, digestHex, type Digest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { parseManifest, type ManifestDocument } from '../../image/manifest.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { badAnswer, type EndpointRequest } from './endpoint.ts'
import { fetchManifest } from './manifests.ts'
import { pages, type Page } from './pages.ts'
import { pathOf, readScopes, type RepositoryEndpoint } from './repository-endpoint.ts'

/** Statuses of registries that do not have the referrers API. */
const noApiStatuses: readonly number[] = [400, 404, 405]

/**
 * Which manifests point to a subject: distribution-spec, "Listing Referrers"; from the referrers tag where the registry
 * does not have the API. Undefined for `artifactType` gives all.
 */
export async function listReferrers(
  at: RepositoryEndpoint,
  subject: Digest,
  artifactType: string | undefined,
  job: Job,
): Promise<readonly Descriptor[]> {
  const listed = (await listByApi(at, subject, artifactType, job)) ?? (await readReferrersTag(at, subject, job))
  // A registry need not filter, and says by a header whether it did. To filter again costs nothing.
  return listed.filter((one) => artifactType === undefined || one.artifactType === artifactType)
}

async function listByApi(
  at: RepositoryEndpoint,
  subject: Digest,
  artifactType: string | undefined,
  job: Job,
): Promise<readonly Descriptor[] | undefined> {
  const query = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`
  const first: EndpointRequest = {
    method: 'GET',
    target: `${pathOf(at, `referrers/${subject}`)}${query}`,
    repository: at.name,
    scopes: readScopes(at),
    headers: { accept: mediaTypes.ociIndex },
    expect: [200, ...noApiStatuses],
    asked: `list of referrers of ${subject}`,
  }
  const found = new Map<Digest, Descriptor>()
  for await (const page of pages(at, first, job)) {
    if (page.answer.status !== 200) return undefined
    for (const descriptor of referrersOn(at, page, job)) found.set(descriptor.digest, descriptor)
    if (found.size > job.limits.indexEntriesMax) {
      throw badAnswer(at.endpoint, page.request, `more than ${job.limits.indexEntriesMax} referrers`)
    }
  }
  return [...found.values()]
}

function referrersOn(at: RepositoryEndpoint, { request, body }: Page, job: Job): readonly Descriptor[] {
  try {
    const document = parseManifest(body, mediaTypes.ociIndex, 'the list of referrers', job.limits)
    return document.kind === 'index' ? document.manifests : []
  } catch (error) {
    throw badAnswer(at.endpoint, request, error instanceof Error ? error.message : String(error))
  }
}

/** Distribution-spec, "Referrers Tag Schema": the algorithm and up to 64 characters of the digest. */
export function referrersTag(subject: Digest): string {
  return `${digestAlgorithm(subject)}-${digestHex(subject).slice(0, 64)}`
}

/** What the referrers tag lists, which is nothing where there is no such tag. */
export async function readReferrersTag(
  at: RepositoryEndpoint,
  subject: Digest,
  job: Job,
): Promise<readonly Descriptor[]> {
  const tag = referrersTag(subject)
  try {
    const { bytes, descriptor } = await fetchManifest(at, tag, job)
    const document = parseManifest(bytes, descriptor.mediaType, `index ${tag}`, job.limits)
    return document.kind === 'index' ? document.manifests : []
  } catch (error) {
    if (error instanceof ImageError && error.code === 'not-found') return []
    throw error
  }
}

/** How a list of referrers describes a manifest: with its type, which is its config's if it names none, and annotations. */
export function referrerDescriptor(descriptor: Descriptor, document: ManifestDocument): Descriptor {
  const { mediaType, digest, size } = descriptor
  const configType = document.kind === 'image' ? document.config.mediaType : undefined
  const artifactType = document.artifactType ?? configType
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(document.annotations === undefined ? {} : { annotations: document.annotations }),
  }
}
