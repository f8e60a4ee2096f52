import { attempt, isReplayable } from '../../http/attempt.ts'
import { discardBody } from '../../http/body.ts'
import type { Connections } from '../../http/connections.ts'
import type { HttpAnswer, HttpRequest } from '../../http/exchange.ts'
import { isLoopback } from '../../http/loopback.ts'
import { TransportError, type TransportFailure } from '../../http/transport-error.ts'

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
  /** Whether anything that was sent has been answered. */
  hasAnswered(): boolean
  /** @throws TransportError; the signal's reason; what the request's body throws. */
  transmit(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}

export function createTransmitter(settings: TransmitterSettings, connections: Connections): Transmitter {
  let { scheme } = settings
  let isSchemeKnown = !settings.isPlainAllowed
  let hasAnswered = false
  const originOf = (way: Scheme): string => new URL(`${way}://${settings.host}`).origin
  const isServerItself = (url: URL): boolean => url.origin === originOf(scheme)

  const send = async (request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    const isShownClientCertificate = settings.isShownClientCertificate && isServerItself(request.url)
    const { connectTimeoutMs, idleTimeoutMs } = settings
    const attemptSettings = { connections, isShownClientCertificate, connectTimeoutMs, idleTimeoutMs }
    const answer = await attempt(request, attemptSettings, signal)
    hasAnswered = true
    return answer
  }
  const know = (found: Scheme, answer: HttpAnswer): HttpAnswer => {
    scheme = found
    isSchemeKnown = true
    return answer
  }
  const attemptBy = async (way: Scheme, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> =>
    know(way, await send({ ...request, url: by(way, request.url) }, signal))

  /** The first request to a server that may speak either. */
  const findOut = async (request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    if (isPlainLikely(settings.host) && request.headers['authorization'] === undefined) {
      const answer = await send({ ...request, url: by('http', request.url) }, signal).catch(orTransportError)
      if (!(answer instanceof TransportError)) {
        if (!isPerhapsFromTlsServer(answer)) return know('http', answer)
        discardBody(answer)
      } else if (hopelessFailures.has(answer.failure)) throw answer
    }
    try {
      return await attemptBy('https', request, signal)
    } catch (error) {
      if (!(error instanceof TransportError) || !isPerhapsPlain(error, settings.host)) throw error
      return attemptBy('http', request, signal)
    }
  }
  return {
    urlOf: (path) => new URL(path, originOf(scheme)),
    isServerItself,
    hasAnswered: () => hasAnswered,
    transmit(request, signal) {
      const isOpen = !isSchemeKnown && isServerItself(request.url) && isReplayable(request.body)
      return isOpen ? findOut(request, signal) : send(request, signal)
    },
  }
}

type Scheme = TransmitterSettings['scheme']

/** Another scheme at the same port would fare no better. */
const hopelessFailures: ReadonlySet<TransportFailure> = new Set(['absent', 'connect', 'silent'])

function by(scheme: Scheme, url: URL): URL {
  const changed = new URL(url)
  changed.protocol = `${scheme}:`
  return changed
}

function orTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error
  throw error
}

/**
 * A registry on this machine at a port that was named almost never has TLS, and is asked without it first: that saves
 * 30 ms. Nothing is said to it but an image's name, and to nobody but this machine.
 */
function isPlainLikely(host: string): boolean {
  const { hostname, port } = new URL(`https://${host}`)
  return port !== '' && isLoopback(hostname)
}

/** What servers with TLS answer to plain HTTP, if they answer at all: that it was a bad request, or where to go instead. */
function isPerhapsFromTlsServer({ status }: HttpAnswer): boolean {
  return status === 400 || (status >= 300 && status < 400)
}

/** A refusal at port 443 says nothing of port 80, but a port that was named is the same one for both. */
function isPerhapsPlain({ failure }: TransportError, host: string): boolean {
  if (failure === 'absent' || failure === 'connect') return new URL(`https://${host}`).port === ''
  return failure === 'not-tls' || failure === 'handshake'
}
