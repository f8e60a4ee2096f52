import type { Job } from '../../std/job.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { parseManifest } from '../../image/manifest.ts'
import { isManifestMediaType } from '../../image/media-type.ts'
import { RegistryError } from '../errors.ts'
import { discardBody } from '../../http/body.ts'
import { send, type EndpointRequest } from './endpoint.ts'
import { fetchManifest } from './manifests.ts'
import { removeFromReferrersTag } from './referrers-tag.ts'
import { contentName, contentPath, deleteScopes, manifestPath, type RepositoryEndpoint } from './repository-endpoint.ts'

/**
 * Deletes a blob, or a manifest with all its tags: distribution-spec, "Content Management".
 *
 * @throws ImageError `not-found`; RegistryError `unsupported` where the registry has deleting switched off.
 */
export async function deleteContent(at: RepositoryEndpoint, descriptor: Descriptor, job: Job): Promise<void> {
  const subject = isManifestMediaType(descriptor.mediaType) ? await subjectOf(at, descriptor, job) : undefined
  await sendDelete(at, contentPath(at, descriptor), contentName(descriptor), job)
  // With the referrers API there is no such tag, and so nothing to change.
  if (subject !== undefined) await removeFromReferrersTag(at, subject.digest, descriptor.digest, job)
}

/**
 * Deletes a tag and leaves its manifest.
 *
 * @throws ImageError `not-found`; RegistryError `unsupported` where the registry deletes manifests only as a whole.
 */
export async function deleteTag(at: RepositoryEndpoint, tag: string, job: Job): Promise<void> {
  try {
    await sendDelete(at, manifestPath(at, tag), `tag ${tag}`, job)
  } catch (error) {
    // Registries before distribution 3 take only digests here, and say so in different ways.
    if (!(error instanceof RegistryError) || (error.place.status !== 400 && error.place.status !== 405)) throw error
    const message = `${at.endpoint.registry}/${at.name}: the registry does not delete single tags`
    const hint = 'Delete the image by its digest, which takes all its tags away.'
    throw new RegistryError('unsupported', message, error.place, { cause: error, hint })
  }
}

async function subjectOf(at: RepositoryEndpoint, descriptor: Descriptor, job: Job): Promise<Descriptor | undefined> {
  const { bytes } = await fetchManifest(at, descriptor.digest, job)
  return parseManifest(bytes, descriptor.mediaType, `manifest ${descriptor.digest}`, job.limits).subject
}

async function sendDelete(at: RepositoryEndpoint, target: string, asked: string, job: Job): Promise<void> {
  const request: EndpointRequest = {
    method: 'DELETE',
    target,
    repository: at.name,
    scopes: deleteScopes(at),
    expect: [200, 202, 204],
    asked,
  }
  discardBody(await send(at.endpoint, request, job))
}
