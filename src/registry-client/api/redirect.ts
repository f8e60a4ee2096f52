import { discardBody } from '../../http/body.ts'
import type { HttpAnswer, HttpRequest } from '../../http/exchange.ts'
import { singleHeader } from '../../http/headers.ts'
import type { Transmitter } from '../http/transmitter.ts'
import { TransportError } from '../../http/transport-error.ts'

const redirectsMax = 5
const redirectStatuses = new Set([301, 302, 303, 307, 308])

/**
 * A request, sent on to where the server says, if it only reads. The Authorization header goes to the server itself
 * alone: never to another host, another port or another scheme. From TLS the way never leads to plain HTTP.
 *
 * @throws TransportError `protocol` for a way that is not followed.
 */
export async function followRedirects(
  transmitter: Transmitter,
  request: HttpRequest,
  authorization: string | undefined,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  let url = request.url
  for (let redirects = 0; ; redirects += 1) {
    const isTrusted = authorization !== undefined && transmitter.isServerItself(url)
    const headers = isTrusted ? { ...request.headers, authorization } : request.headers
    const answer = await transmitter.transmit({ ...request, url, headers }, signal)
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    const location = singleHeader(answer.headers, 'location')
    if (!isReading || !redirectStatuses.has(answer.status) || location === undefined) return answer
    discardBody(answer)
    if (redirects === redirectsMax) throw new TransportError('protocol', `more than ${redirectsMax} redirects`)
    url = locationUrl(transmitter, answer.url, location)
  }
}

/**
 * Where a Location header points, seen from the URL that was asked. A server behind a proxy that ends TLS may not know
 * that it is reached by TLS: its own host by plain HTTP then means itself.
 *
 * @throws TransportError `protocol`
 */
export function locationUrl(transmitter: Transmitter, base: URL, location: string): URL {
  let url: URL
  try {
    url = new URL(location, base)
  } catch {
    throw new TransportError('protocol', 'the Location header is no URL')
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TransportError('protocol', 'the Location header leads to neither HTTPS nor HTTP')
  }
  // A user name in a URL would become a credential.
  url.username = ''
  url.password = ''
  url.hash = ''
  if (base.protocol === 'http:' || url.protocol === 'https:') return url
  const own = transmitter.urlOf('/')
  if (url.hostname !== own.hostname) {
    throw new TransportError('protocol', 'the Location header leads from TLS to plain HTTP elsewhere')
  }
  own.pathname = url.pathname
  own.search = url.search
  return own
}
