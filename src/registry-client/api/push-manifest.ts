import type { Job } from '../../std/job.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { digestAlgorithm, isDigest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { discardBody } from '../../http/body.ts'
import { singleHeader } from '../../http/headers.ts'
import { send, type EndpointRequest } from './endpoint.ts'
import { manifestPath, writeScopes, type RepositoryEndpoint } from './repository-endpoint.ts'

/**
 * Puts a manifest or index under its digest or a tag: distribution-spec, "Pushing Manifests".
 *
 * @param bytes have the descriptor's digest.
 * @returns whether the registry says that it knows of the manifest's `subject`.
 * @throws RegistryError; ImageError `digest-mismatch` if the registry stored something else.
 */
export async function putManifest(
  at: RepositoryEndpoint,
  tagOrDigest: string,
  descriptor: Descriptor,
  bytes: Uint8Array,
  job: Job,
): Promise<{ readonly isSubjectKnown: boolean }> {
  const request: EndpointRequest = {
    method: 'PUT',
    target: manifestPath(at, tagOrDigest),
    repository: at.name,
    scopes: writeScopes(at),
    headers: { 'content-type': descriptor.mediaType },
    body: bytes,
    expect: [200, 201, 202, 204],
    asked: `place for ${isDigest(tagOrDigest) ? 'manifest' : 'tag'} ${tagOrDigest}`,
  }
  const answer = await send(at.endpoint, request, job)
  discardBody(answer)
  const stored = singleHeader(answer.headers, 'docker-content-digest')
  const { digest } = descriptor
  const isOther = stored !== undefined && isDigest(stored) && stored !== digest
  if (isOther && digestAlgorithm(stored) === digestAlgorithm(digest)) {
    const where = `${at.endpoint.registry}/${at.name}`
    throw new ImageError('digest-mismatch', `${where}: the registry stored ${stored} for manifest ${digest}`, {
      hint: 'The registry, or something between it and this machine, changes manifests.',
    })
  }
  return { isSubjectKnown: singleHeader(answer.headers, 'oci-subject') !== undefined }
}
