import { withSignal, type Job } from '../../std/job.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { ImageError } from '../../image/errors.ts'
import { RegistryError } from '../errors.ts'
import { discardBody } from '../../http/body.ts'
import type { HttpAnswer } from '../../http/exchange.ts'
import type { StreamBody } from '../../http/send-body.ts'
import { singleHeader } from '../../http/headers.ts'
import { uploadedBytes } from './upload-range.ts'
import { hasBlob } from './blobs.ts'
import { badAnswer, send, type EndpointRequest } from './endpoint.ts'
import { locationUrl } from './redirect.ts'
import { contentName, pathOf, writeScopes, type RepositoryEndpoint } from './repository-endpoint.ts'

const abandonTimeoutMs = 1000

/** What a registry holds of an upload, and where it wants the rest. */
export interface UploadStatus {
  readonly location: URL
  readonly offsetBytes: number
}

/** Statuses of a PATCH after which it makes sense to ask what the registry holds, and to go on from there. */
export const interruptedStatuses: readonly number[] = [401, 404, 409, 416, 429, 500, 502, 503, 504]

/** Statuses by which a registry may say that it does not know an upload, or cannot tell how far it got. */
const unknownUploadStatuses: readonly number[] = [400, 404, 405, 416]

export function uploadRequest(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  parts: Pick<EndpointRequest, 'method' | 'target' | 'expect'> & Partial<EndpointRequest>,
): EndpointRequest {
  return { repository: at.name, scopes: writeScopes(at), asked: `upload of ${contentName(descriptor)}`, ...parts }
}

/** Begins an upload. An upload that is begun twice leaves one that the registry throws away in time. */
export async function beginUpload(at: RepositoryEndpoint, descriptor: Descriptor, job: Job): Promise<URL> {
  const target = pathOf(at, 'blobs/uploads/')
  const request = uploadRequest(at, descriptor, { method: 'POST', target, expect: [202] })
  const answer = await send(at.endpoint, request, job)
  discardBody(answer)
  return nextLocation(at, request, answer) ?? missingLocation(at, request)
}

/** Where the next request of an upload goes: absolute or relative, with the query that the registry put there. */
export function nextLocation(at: RepositoryEndpoint, request: EndpointRequest, answer: HttpAnswer): URL | undefined {
  const location = singleHeader(answer.headers, 'location')
  if (location === undefined) return undefined
  try {
    return locationUrl(at.endpoint.transmitter, answer.url, location)
  } catch (error) {
    throw badAnswer(at.endpoint, request, error instanceof Error ? error.message : String(error))
  }
}

function missingLocation(at: RepositoryEndpoint, request: EndpointRequest): never {
  throw badAnswer(at.endpoint, request, 'the answer has no Location header')
}

/** How far an upload got. Undefined when the registry cannot say, so that it has to start over. */
export async function uploadStatus(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  location: URL,
  job: Job,
): Promise<UploadStatus | undefined> {
  const expect = [200, 202, 204, ...unknownUploadStatuses]
  const request = uploadRequest(at, descriptor, { method: 'GET', target: location, expect })
  const answer = await send(at.endpoint, request, job)
  discardBody(answer)
  if (unknownUploadStatuses.includes(answer.status)) return undefined
  const offsetBytes = uploadedBytes(answer.headers['range'])
  if (offsetBytes === undefined || offsetBytes > descriptor.size) return undefined
  return { location: nextLocation(at, request, answer) ?? location, offsetBytes }
}

/** Sends bytes from an offset on to the end of the blob. The answer's status is one that was expected, or {@link interruptedStatuses}. */
export function sendPatch(
  at: RepositoryEndpoint,
  request: EndpointRequest,
  status: UploadStatus,
  body: StreamBody,
  job: Job,
): Promise<HttpAnswer> {
  const { offsetBytes } = status
  // A first PATCH without Content-Range is what docker sends and every registry takes; some count it as a chunk otherwise.
  const range = offsetBytes === 0 ? {} : { 'content-range': `${offsetBytes}-${offsetBytes + body.sizeBytes - 1}` }
  const headers = { 'content-type': 'application/octet-stream', ...range }
  return send(at.endpoint, { ...request, headers, body }, job)
}

/**
 * Ends an upload with its digest, and with all of its bytes if they were not sent before. If the registry ended it at an
 * earlier try whose answer was lost, it does not know the upload any more, but has the blob.
 *
 * @throws RegistryError; its code is `lost-upload` if the registry forgot what was sent.
 */
export async function finishUpload(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  location: URL,
  bytes: Uint8Array | undefined,
  job: Job,
): Promise<void> {
  const target = new URL(location)
  target.search += `${target.search === '' ? '?' : '&'}digest=${encodeURIComponent(descriptor.digest)}`
  const request = uploadRequest(at, descriptor, {
    method: 'PUT',
    target,
    headers: { 'content-type': 'application/octet-stream' },
    expect: [200, 201, 202, 204],
    ...(bytes === undefined ? {} : { body: bytes, isSentOnce: true }),
  })
  try {
    discardBody(await send(at.endpoint, request, job))
  } catch (error) {
    const isUnknown = error instanceof ImageError && error.code === 'not-found'
    if (!isUnknown) throw error
    if (await hasBlob(at, descriptor, job)) return
    const place = { registry: at.endpoint.registry, repository: at.name, status: 404 }
    const message = `${place.registry}/${at.name}: the registry forgot the ${request.asked}`
    throw new RegistryError('lost-upload', message, place, { cause: error, hint: 'Try again.' })
  }
}

/** Tells the registry to throw an upload away: a kindness that never fails and never takes long. */
export async function abandonUpload(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  location: URL,
  job: Job,
): Promise<void> {
  const hurried = { ...withSignal(job, AbortSignal.timeout(abandonTimeoutMs)), emit: () => undefined }
  const endpoint = { ...at.endpoint, retry: { ...at.endpoint.retry, attemptsMax: 1 } }
  const request = uploadRequest(at, descriptor, { method: 'DELETE', target: location, expect: [204] })
  await send(endpoint, request, hurried).then(discardBody, () => undefined)
}
