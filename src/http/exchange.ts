import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { httpModule, httpsModule } from '../std/node-modules.ts'
import { sendBody, SourceError, type Sending, type StreamBody } from './send-body.ts'
import { TransportError, transportError } from './transport-error.ts'

/** What a request may do. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What is sent. */
export interface HttpRequest {
  readonly method: HttpMethod
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | StreamBody | undefined
}

/** An answer whose body is still to be read. Whoever has it reads the body to its end or destroys it. */
export interface HttpAnswer {
  readonly url: URL
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: IncomingMessage
}

/** Over which connection, and how long is waited. */
export interface ExchangeSettings {
  readonly agent: Agent
  readonly connectTimeoutMs: number
  readonly idleTimeoutMs: number
}

/**
 * One request and the head of its answer, as they are: no redirect, no credential, no second try.
 *
 * An answer that comes before the whole body was sent ends the sending. Aborting the signal closes the socket at once,
 * and fails the reading of the answer's body too.
 *
 * @throws TransportError; the signal's reason; and what the body's own stream throws, as it is.
 */
export async function exchange(
  request: HttpRequest,
  settings: ExchangeSettings,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  signal.throwIfAborted()
  const outgoing = start(request, settings)
  const sending = sendBody(outgoing, request.body)
  const watched = watch(outgoing, settings, sending, signal)
  try {
    // Its failure is met below; it must not count as unhandled while the body is being sent.
    watched.answered.catch(() => undefined)
    await sending.ended
    const body = await watched.answered
    if (!outgoing.writableEnded) body.once('close', () => outgoing.destroy())
    return { url: request.url, status: body.statusCode ?? 0, headers: body.headers, body }
  } catch (error) {
    watched.stop()
    outgoing.destroy()
    signal.throwIfAborted()
    if (error instanceof SourceError) throw error.cause
    throw explained(transportError(error), outgoing, watched.isConnected())
  }
}

function explained(error: TransportError, outgoing: ClientRequest, isConnected: boolean): TransportError {
  if (error.failure !== 'lost') return error
  if (outgoing.reusedSocket) return new TransportError('lost', error.message, error.cause, true)
  const isHandshake = outgoing.protocol === 'https:' && !isConnected
  return isHandshake ? new TransportError('handshake', error.message, error.cause) : error
}

function start(request: HttpRequest, settings: ExchangeSettings): ClientRequest {
  const { body, method, url } = request
  const length = body === undefined ? undefined : body instanceof Uint8Array ? body.length : body.sizeBytes
  const headers = { ...request.headers, ...(length === undefined ? {} : { 'content-length': String(length) }) }
  // This is the time that a proxy has for its part; everything else is watched below.
  const options = { method, headers, agent: settings.agent, timeout: settings.connectTimeoutMs }
  return (url.protocol === 'https:' ? httpsModule() : httpModule()).request(url, options)
}

interface Watched {
  /** The head of the answer, or why there is none. */
  readonly answered: Promise<IncomingMessage>
  isConnected(): boolean
  /** Lets go of everything that was listened to. */
  stop(): void
}

/**
 * Waits for the answer, and ends the exchange when the signal is aborted, when the connection takes too long to be made,
 * or when the other side is silent in its turn. Node tells nothing of a request that is destroyed while its proxy is still
 * being talked to, so the failure does not wait for that.
 */
function watch(outgoing: ClientRequest, settings: ExchangeSettings, sending: Sending, signal: AbortSignal): Watched {
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const seconds = (ms: number): string => `${ms / 1000} s`
  const { connectTimeoutMs, idleTimeoutMs } = settings
  let answer: IncomingMessage | undefined
  let isConnected = false
  const fail = (error: Error): void => {
    sending.stop()
    reject(error)
    outgoing.destroy(error)
  }
  const abort = (): void => fail(new TransportError('lost', 'cancelled', signal.reason))
  const connecting = setTimeout(() => {
    fail(new TransportError('connect', `no connection within ${seconds(connectTimeoutMs)}`))
  }, connectTimeoutMs)
  const connected = (): void => {
    clearTimeout(connecting)
    isConnected = true
  }
  const stop = (): void => {
    clearTimeout(connecting)
    signal.removeEventListener('abort', abort)
  }
  signal.addEventListener('abort', abort, { once: true })
  outgoing.on('error', fail)
  outgoing.once('response', (message) => {
    answer = message
    sending.stop()
    resolve(message)
  })
  outgoing.once('close', () => {
    stop()
    sending.stop()
    reject(new TransportError('lost', 'the connection was closed before an answer came'))
  })
  outgoing.once('socket', (socket) => {
    if (socket.connecting) socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connected)
    else connected()
  })
  watchSilence(outgoing, idleTimeoutMs, {
    isOurTurn: () => sending.isWaitingForStream() || (answer !== undefined && answer.readableLength > 0),
    fail: () => fail(new TransportError('silent', `not a byte for ${seconds(idleTimeoutMs)}`)),
  })
  return { answered, isConnected: () => isConnected, stop }
}

/** Fails what is under way when nothing moves for some time although it is the other side's turn. */
function watchSilence(
  outgoing: ClientRequest,
  idleTimeoutMs: number,
  { isOurTurn, fail }: { readonly isOurTurn: () => boolean; readonly fail: () => void },
): void {
  outgoing.once('socket', (socket) => {
    const idle = (): void => {
      if (isOurTurn()) socket.setTimeout(idleTimeoutMs)
      else fail()
    }
    socket.setTimeout(idleTimeoutMs)
    socket.on('timeout', idle)
    outgoing.once('close', () => {
      socket.off('timeout', idle)
      socket.setTimeout(0)
    })
  })
}
