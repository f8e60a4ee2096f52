import type { Connections } from './connections.ts'
import { exchange, type HttpAnswer, type HttpRequest } from './exchange.ts'
import { TransportError } from './transport-error.ts'

export interface TransmitterSettings {
  /** Host name and port of the server. */
  readonly host: string
  /** What is tried first. */
  readonly scheme: 'https' | 'http'
  /** Whether the server may see the client certificate that this machine has for the registry. */
  readonly isShownClientCertificate: boolean
  /** Whether plain HTTP will do where the server does not speak TLS. */
  readonly isPlainAllowed: boolean
  readonly connectTimeoutMs: number
  readonly idleTimeoutMs: number
}

/** Sends requests to one server, and to where that server sends us. Finds out whether it speaks TLS with the first one. */
export interface Transmitter {
  /** The URL of a path on the server itself. */
  urlOf(path: string): URL
  /** Whether a URL has the server's own scheme, host and port: only there may credentials go. */
  isServerItself(url: URL): boolean
  /** @throws TransportError; the signal's reason; what the request's body throws. */
  transmit(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}

export function createTransmitter(settings: TransmitterSettings, connections: Connections): Transmitter {
  let { scheme } = settings
  const originOf = (): string => new URL(`${scheme}://${settings.host}`).origin
  const isServerItself = (url: URL): boolean => url.origin === originOf()

  const attempt = async (request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    const isShown = settings.isShownClientCertificate && isServerItself(request.url)
    const agent = await connections.agentFor(request.url, isShown)
    const { connectTimeoutMs, idleTimeoutMs } = settings
    return exchange(request, { agent, connectTimeoutMs, idleTimeoutMs }, signal)
  }

  /** The same request in the way that this failure calls for, if it calls for another way. */
  const otherwise = (request: HttpRequest, error: TransportError): HttpRequest | undefined => {
    const { failure } = error
    if (request.body !== undefined && !(request.body instanceof Uint8Array)) return undefined
    // A body may have been taken in part, and only the caller knows whether sending it twice does harm.
    if (error.onReusedConnection) return request.body === undefined ? request : undefined
    if (failure === 'unknown-authority') return connections.trustSystem() ? request : undefined
    if (failure !== 'not-tls' && failure !== 'handshake' && failure !== 'connect') return undefined
    if (!settings.isPlainAllowed || !isHttpsOf(request.url, settings.host)) return undefined
    // A refusal at port 443 says nothing of port 80, but a port that was named is the same one for both.
    if (failure === 'connect' && request.url.port !== '') return undefined
    if (failure === 'not-tls') scheme = 'http'
    const url = new URL(request.url)
    url.protocol = 'http:'
    return { ...request, url }
  }

  return {
    urlOf: (path) => new URL(path, originOf()),
    isServerItself,
    async transmit(request, signal) {
      let current = request
      for (;;) {
        try {
          const answer = await attempt(current, signal)
          if (current.url.protocol === 'http:' && current !== request) scheme = 'http'
          return answer
        } catch (error) {
          if (!(error instanceof TransportError)) throw error
          const next = otherwise(current, error)
          if (next === undefined) throw error
          current = next
        }
      }
    },
  }
}

function isHttpsOf(url: URL, host: string): boolean {
  return url.protocol === 'https:' && url.origin === new URL(`https://${host}`).origin
}
