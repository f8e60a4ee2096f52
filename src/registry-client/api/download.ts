import { errorMessage } from '../../std/errors.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { ImageError } from '../../image/errors.ts'
import { createBackoff } from '../../http/backoff.ts'
import { discardBody, streamBody } from '../../http/body.ts'
import type { HttpAnswer } from '../../http/exchange.ts'
import { contentLength, parseContentRange } from '../../http/headers.ts'
import { TransportError } from '../../http/transport-error.ts'
import { badAnswer, send, type EndpointRequest } from './endpoint.ts'
import { blobPath, contentName, readScopes, type RepositoryEndpoint } from './repository-endpoint.ts'
import { unreachable } from './unreachable.ts'

/** A part of a blob on its way: what the server sends begins `skipBytes` before what is still wanted. */
interface Part {
  readonly answer: HttpAnswer
  readonly skipBytes: number
}

/**
 * A blob's bytes from an offset on. A connection that breaks is made again for the rest, as long as each one brings some
 * bytes; a server that cannot serve a rest sends all, and what is known already is dropped.
 *
 * @throws ImageError `not-found`; while reading, `size-mismatch`; RegistryError
 */
export async function openBlob(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  job: Job,
  offsetBytes: number,
): Promise<ByteStream> {
  if (offsetBytes > 0 && offsetBytes >= descriptor.size) return resumed(at, descriptor, job, offsetBytes, undefined)
  return resumed(at, descriptor, job, offsetBytes, await requestPart(at, descriptor, job, offsetBytes))
}

async function* resumed(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  job: Job,
  offsetBytes: number,
  first: Part | undefined,
): AsyncGenerator<Uint8Array> {
  const backoff = createBackoff(at.endpoint.retry)
  let position = offsetBytes
  let part = first
  while (part !== undefined) {
    let failure = new TransportError('lost', 'the connection ended early')
    try {
      for await (const chunk of partBytes(part, job)) {
        backoff.reset()
        position += chunk.length
        if (position > descriptor.size) throw sizeMismatch(at, descriptor, 'more came')
        yield chunk
      }
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      failure = error
    }
    if (position === descriptor.size) return
    const what = `${at.endpoint.registry}: ${contentName(descriptor)}: ${errorMessage(failure)} after ${position} bytes`
    if (!(await backoff.wait(what, undefined, job))) {
      const request = `GET ${blobPath(at, descriptor.digest)}`
      throw unreachable(failure, { registry: at.endpoint.registry, repository: at.name, request })
    }
    part = await requestPart(at, descriptor, job, position)
  }
}

async function* partBytes(part: Part, job: Job): AsyncGenerator<Uint8Array> {
  let skip = part.skipBytes
  for await (const chunk of streamBody(part.answer, job.signal)) {
    if (skip === 0) yield chunk
    else if (skip >= chunk.length) skip -= chunk.length
    else {
      yield chunk.subarray(skip)
      skip = 0
    }
  }
}

async function requestPart(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  job: Job,
  offsetBytes: number,
): Promise<Part> {
  const request: EndpointRequest = {
    method: 'GET',
    target: blobPath(at, descriptor.digest),
    repository: at.name,
    scopes: readScopes(at),
    expect: [200],
    asked: contentName(descriptor),
  }
  const answer = await sendForPart(at, request, job, offsetBytes)
  try {
    return { answer, skipBytes: skipBytesOf(at, request, answer, descriptor, offsetBytes) }
  } catch (error) {
    answer.body.destroy()
    throw error
  }
}

/** A server that refuses a range (416), as some do for any range, is asked for all. */
async function sendForPart(
  at: RepositoryEndpoint,
  request: EndpointRequest,
  job: Job,
  offsetBytes: number,
): Promise<HttpAnswer> {
  if (offsetBytes === 0) return send(at.endpoint, request, job)
  const partRequest = { ...request, headers: { range: `bytes=${offsetBytes}-` }, expect: [200, 206, 416] }
  const answer = await send(at.endpoint, partRequest, job)
  if (answer.status !== 416) return answer
  discardBody(answer)
  return send(at.endpoint, request, job)
}

/**
 * How far before the wanted offset the answer begins. A blob cannot change under its digest, so no If-Range is sent; that
 * the answer is a part of something of the right size is checked all the same.
 */
function skipBytesOf(
  at: RepositoryEndpoint,
  request: EndpointRequest,
  answer: HttpAnswer,
  descriptor: Descriptor,
  offsetBytes: number,
): number {
  const encoding = answer.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw badAnswer(at.endpoint, request, `the blob came encoded as ${JSON.stringify(encoding)}`)
  }
  if (answer.status === 200) {
    const length = contentLength(answer.headers)
    if (length === undefined || length === descriptor.size) return offsetBytes
    throw sizeMismatch(at, descriptor, `the registry offers ${length}`)
  }
  const range = parseContentRange(answer.headers['content-range'])
  if (range === undefined || range.first > offsetBytes) {
    throw badAnswer(at.endpoint, request, 'the answer is not the part that was asked for')
  }
  if (range.size !== undefined && range.size !== descriptor.size) {
    throw sizeMismatch(at, descriptor, `the registry offers ${range.size}`)
  }
  return offsetBytes - range.first
}

function sizeMismatch(at: RepositoryEndpoint, descriptor: Descriptor, what: string): ImageError {
  const where = `${at.endpoint.registry}/${at.name}`
  const message = `${where}: ${contentName(descriptor)} should have ${descriptor.size} bytes, but ${what}`
  return new ImageError('size-mismatch', message, { hint: 'The registry is damaged or lies. Nothing of it was kept.' })
}
