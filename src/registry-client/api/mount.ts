import { OperationError } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { repositoryScope } from '../auth/scope.ts'
import { discardBody } from '../../http/body.ts'
import { send, type Endpoint } from './endpoint.ts'
import { pathOf, writeScopes, type RepositoryEndpoint } from './repository-endpoint.ts'
import { nextLocation, uploadRequest } from './upload-requests.ts'

export interface MountResult {
  readonly isMounted: boolean
  /** Where the registry began an upload instead. */
  readonly location: URL | undefined
}

const notMounted: MountResult = { isMounted: false, location: undefined }

/**
 * Asks the registry to take a blob over from another of its repositories: distribution-spec, "Mounting a blob from
 * another repository". That it cannot, or that we may not, is no failure, and nothing is tried twice for it.
 */
export async function mountBlob(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  fromRepository: string,
  job: Job,
): Promise<MountResult> {
  const query = new URLSearchParams({ mount: descriptor.digest, from: fromRepository }).toString()
  const request = uploadRequest(at, descriptor, {
    method: 'POST',
    target: `${pathOf(at, 'blobs/uploads/')}?${query}`,
    scopes: [...writeScopes(at), repositoryScope(fromRepository, 'pull')],
    expect: [201, 202],
  })
  const endpoint: Endpoint = { ...at.endpoint, retry: { ...at.endpoint.retry, attemptsMax: 1 } }
  try {
    const answer = await send(endpoint, request, job)
    discardBody(answer)
    if (answer.status === 201) return { isMounted: true, location: undefined }
    return { isMounted: false, location: nextLocation(at, request, answer) }
  } catch (error) {
    job.signal.throwIfAborted()
    if (error instanceof OperationError) return notMounted
    throw error
  }
}
