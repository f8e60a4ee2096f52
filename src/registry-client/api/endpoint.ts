import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import type { Access, Authorizer } from '../auth/authorizer.ts'
import { RegistryError, type RegistryErrorPlace } from '../errors.ts'
import { isReplayable } from '../../http/attempt.ts'
import { createBackoff, type RetrySettings } from '../../http/backoff.ts'
import { discardBody } from '../../http/body.ts'
import type { HttpAnswer, HttpMethod } from '../../http/exchange.ts'
import type { StreamBody } from '../../http/send-body.ts'
import { retryAfterMs } from '../../http/headers.ts'
import { httpModule } from '../../std/node-modules.ts'
import type { Transmitter } from '../http/transmitter.ts'
import { TransportError } from '../../http/transport-error.ts'
import { answerError } from './answer-error.ts'
import { followRedirects } from './redirect.ts'
import { unreachable } from './unreachable.ts'

/** One registry or mirror, and how it is talked to. */
export interface Endpoint {
  /** As in references; names it in messages. */
  readonly registry: string
  readonly transmitter: Transmitter
  readonly authorizer: Authorizer
  readonly retry: RetrySettings
}

export interface EndpointRequest extends Access {
  readonly method: HttpMethod
  /** A path on the endpoint, or where it told us to go. */
  readonly target: string | URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | StreamBody
  /** Trying again here could not work, even though the body is in memory: the caller knows what to do instead. */
  readonly isSentOnce?: boolean
  /** Statuses that are answers; all others become errors. */
  readonly expect: readonly number[]
  /** In words, for errors: `tag 1.2`, `blob sha256:…`. */
  readonly asked: string
}

const userAgent = 'wherry'
const retriedStatuses = new Set([429, 500, 502, 503, 504])

/** A fresh token may be needed once, and once more for one that the registry forgot meanwhile. */
const challengesMax = 2

/**
 * A request and its answer: with credentials as the registry wants them, redirects followed for reading, and tried again
 * where that can help. A streamed body is sent once: whoever streams knows how to take up a broken transfer.
 *
 * @throws RegistryError; ImageError `not-found` for 404.
 */
export async function send(endpoint: Endpoint, request: EndpointRequest, job: Job): Promise<HttpAnswer> {
  const backoff = createBackoff(endpoint.retry)
  const isRetried = isReplayable(request.body) && request.isSentOnce !== true
  for (;;) {
    let answer: HttpAnswer
    try {
      answer = await authorized(endpoint, request, job)
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      const what = `${endpoint.registry}: ${errorMessage(error)}`
      if (isRetried && isWorthRetrying(error, endpoint) && (await backoff.wait(what, undefined, job))) continue
      throw unreachable(error, placeOf(endpoint, request))
    }
    if (request.expect.includes(answer.status)) return answer
    if (isRetried && retriedStatuses.has(answer.status)) {
      const what = `${endpoint.registry}: ${answer.status} ${httpModule().STATUS_CODES[answer.status] ?? ''}`
      if (await backoff.wait(what, askedWaitMs(answer, job), job)) {
        discardBody(answer)
        continue
      }
    }
    throw await errorOf(endpoint, request, answer, job)
  }
}

/** The error for an answer to this request, read from its body. */
export function errorOf(endpoint: Endpoint, request: EndpointRequest, answer: HttpAnswer, job: Job): Promise<Error> {
  const context = {
    place: { ...placeOf(endpoint, request), retryAfterMs: askedWaitMs(answer, job) },
    asked: request.asked,
    hasCredential: endpoint.authorizer.hasCredential(request),
    redact: (text: string) => endpoint.authorizer.redact(text),
  }
  return answerError(answer, context, job.signal)
}

/** An answer that the specification does not allow. */
export function badAnswer(endpoint: Endpoint, request: EndpointRequest, why: string, cause?: unknown): RegistryError {
  const place = placeOf(endpoint, request)
  const hint = `${endpoint.registry} may be no registry, or something between it and this machine changes what it says.`
  const message = `${endpoint.registry}: ${place.request}: ${endpoint.authorizer.redact(why)}`
  return new RegistryError('bad-answer', message, place, { cause, hint })
}

function placeOf(endpoint: Endpoint, request: EndpointRequest): RegistryErrorPlace {
  const { method, target, repository } = request
  const path = (typeof target === 'string' ? target : target.pathname).split('?', 1)[0]
  return { registry: endpoint.registry, repository, request: endpoint.authorizer.redact(`${method} ${path}`) }
}

function askedWaitMs(answer: HttpAnswer, job: Job): number | undefined {
  return retryAfterMs(answer.headers['retry-after'], job.clock.now())
}

function isWorthRetrying({ failure }: TransportError, { transmitter }: Endpoint): boolean {
  // A registry that was there may be starting anew. One that never was is more likely a mistyped name.
  if (failure === 'absent') return transmitter.hasAnswered()
  return failure === 'connect' || failure === 'lost' || failure === 'silent' || failure === 'handshake'
}

async function authorized(endpoint: Endpoint, request: EndpointRequest, job: Job): Promise<HttpAnswer> {
  const { authorizer, transmitter } = endpoint
  let header = await authorizer.header(request, job)
  for (let challenges = 0; ; challenges += 1) {
    const url = typeof request.target === 'string' ? transmitter.urlOf(request.target) : request.target
    const headers = { 'user-agent': userAgent, 'accept-encoding': 'identity', ...request.headers }
    const { method, body } = request
    const answer = await followRedirects(transmitter, { method, url, headers, body }, header, job.signal)
    if (answer.status !== 401 || challenges === challengesMax) return answer
    // Whoever else says 401 is not told who we are.
    if (!transmitter.isServerItself(answer.url)) return answer
    const next = await authorizer.challenged(answer, request, header, job)
    if (next === undefined || !isReplayable(request.body)) return answer
    discardBody(answer)
    header = next
  }
}
