import type { Job } from '../../std/job.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { discardBody } from '../../http/body.ts'
import { send, type EndpointRequest } from './endpoint.ts'
import { contentName, contentPath, readScopes, type RepositoryEndpoint } from './repository-endpoint.ts'

/** Whether a repository has a blob or manifest, by one HEAD request. @throws RegistryError */
export async function hasBlob(at: RepositoryEndpoint, descriptor: Descriptor, job: Job): Promise<boolean> {
  const request: EndpointRequest = {
    method: 'HEAD',
    target: contentPath(at, descriptor),
    repository: at.name,
    scopes: readScopes(at),
    headers: { accept: `${descriptor.mediaType}, */*` },
    expect: [200, 404],
    asked: contentName(descriptor),
  }
  const answer = await send(at.endpoint, request, job)
  discardBody(answer)
  return answer.status === 200
}
