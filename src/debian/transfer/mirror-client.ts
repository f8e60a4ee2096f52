import { attempt } from '../../http/attempt.ts'
import { createBackoff, type RetrySettings } from '../../http/backoff.ts'
import { discardBody } from '../../http/body.ts'
import { createConnections, type Environment } from '../../http/connections.ts'
import type { HttpAnswer } from '../../http/exchange.ts'
import { retryAfterMs, singleHeader } from '../../http/headers.ts'
import { TransportError } from '../../http/transport-error.ts'
import type { Job } from '../../std/job.ts'
import { httpModule } from '../../std/node-modules.ts'
import { DebianError } from '../errors.ts'
import { shownUrl, unreachable } from './mirror-errors.ts'

/** Asks mirrors. */
export interface MirrorClient {
  readonly retry: RetrySettings
  /**
   * A file, with redirects followed, and asked for again where that can help. Statuses that are expected are answers.
   *
   * @throws DebianError `mirror-unreachable`, `mirror-refused`, `mirror-bad-answer`; `not-in-archive` for 404.
   */
  get(request: MirrorRequest, job: Job): Promise<HttpAnswer>
  /** Closes the connections. */
  close(): void
}

export interface MirrorRequest {
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  /** Beside 200. */
  readonly expect?: readonly number[]
}

export interface MirrorClientSettings {
  /** Proxies are read from it. */
  readonly environment: Environment
  readonly retry: RetrySettings
  readonly connectTimeoutMs: number
  readonly idleTimeoutMs: number
}

const redirectsMax = 5
const redirectStatuses = new Set([301, 302, 303, 307, 308])
const retriedStatuses = new Set([408, 429, 500, 502, 503, 504])

export function createMirrorClient(settings: MirrorClientSettings): MirrorClient {
  const { retry, environment, connectTimeoutMs, idleTimeoutMs } = settings
  const loadCertificates = () => Promise.resolve({ authorities: [], clientPairs: [] })
  const connections = createConnections({ tlsVerify: true, environment, loadCertificates })
  const attemptSettings = { connections, isShownClientCertificate: false, connectTimeoutMs, idleTimeoutMs }
  const known = new Set<string>()

  const follow = async (request: MirrorRequest, job: Job): Promise<HttpAnswer> => {
    let { url } = request
    const headers = { 'user-agent': 'wherry', 'accept-encoding': 'identity', ...request.headers }
    for (let redirects = 0; ; redirects += 1) {
      const answer = await attempt({ method: 'GET', url, headers }, attemptSettings, job.signal)
      known.add(url.host)
      const location = singleHeader(answer.headers, 'location')
      if (!redirectStatuses.has(answer.status) || location === undefined) return answer
      discardBody(answer)
      if (redirects === redirectsMax) throw new TransportError('protocol', `more than ${redirectsMax} redirects`)
      url = nextUrl(url, location)
    }
  }
  /** A mirror that was there may be starting anew. One that never was is more likely a mistyped name. */
  const isWorthRetrying = ({ failure }: TransportError, url: URL): boolean =>
    failure === 'absent' ? known.has(url.host) : ['connect', 'lost', 'silent', 'handshake'].includes(failure)

  return {
    retry,
    async get(request, job) {
      const { url, expect = [] } = request
      const backoff = createBackoff(retry)
      for (;;) {
        let answer: HttpAnswer
        try {
          answer = await follow(request, job)
        } catch (error) {
          if (!(error instanceof TransportError)) throw error
          const what = `${url.host}: ${error.message}`
          if (isWorthRetrying(error, url) && (await backoff.wait(what, undefined, job))) continue
          throw unreachable(error, url)
        }
        if (answer.status === 200 || expect.includes(answer.status)) return answer
        discardBody(answer)
        const askedMs = retryAfterMs(answer.headers['retry-after'], job.clock.now())
        const what = `${url.host}: ${statusText(answer.status)}`
        if (!retriedStatuses.has(answer.status) || !(await backoff.wait(what, askedMs, job))) throw refused(answer, url)
      }
    },
    close: () => connections.close(),
  }
}

function statusText(status: number): string {
  return `${status} ${httpModule().STATUS_CODES[status] ?? ''}`.trim()
}

function refused(answer: HttpAnswer, url: URL): DebianError {
  const detail = `GET ${shownUrl(url)} answered ${statusText(answer.status)}`
  if (answer.status === 404 || answer.status === 410) {
    return new DebianError('not-in-archive', `${url.host} has no such file (${detail})`, {
      hint: 'The mirror may be incomplete, or being changed just now. Try again later, or another mirror.',
    })
  }
  const isBusy = retriedStatuses.has(answer.status)
  return new DebianError('mirror-refused', `${url.host} ${isBusy ? 'failed' : 'refused the request'} (${detail})`, {
    hint: isBusy ? 'Try again later, or another mirror.' : 'Try another mirror, or check who may use this one.',
  })
}

/** From TLS the way never leads to plain HTTP, and a password is never taken along. @throws TransportError `protocol` */
function nextUrl(base: URL, location: string): URL {
  if (!URL.canParse(location, base)) throw new TransportError('protocol', 'the Location header is no URL')
  const url = new URL(location, base)
  const isWebPage = url.protocol === 'https:' || (url.protocol === 'http:' && base.protocol === 'http:')
  if (!isWebPage) throw new TransportError('protocol', `the Location header leads to ${url.protocol}//${url.host}`)
  url.username = ''
  url.password = ''
  url.hash = ''
  return url
}
