import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request as requestByHttps } from 'node:https'
import type { ByteStream } from '../../std/bytes.ts'
import { TransportError, transportError } from './transport-error.ts'

/*
 * An `import` of node:http would read every export of that module, and its WebSocket exports load undici when read:
 * 25 ms of the program's start. This way costs nothing that node:https does not need anyway.
 */
const { request: requestByHttp } = process.getBuiltinModule('node:http')

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface StreamBody {
  readonly sizeBytes: number
  readonly stream: ByteStream
}

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
  const outgoing = start(request, settings, signal)
  const turn = { isOurs: false, isConnected: false }
  watch(outgoing, settings, turn)
  const answered = answerOf(outgoing)
  try {
    // The answer's failure is met below; it must not count as unhandled while the body is being sent.
    answered.catch(() => undefined)
    await sendBody(outgoing, request.body, turn)
    const body = await answered
    if (!outgoing.writableEnded) body.once('close', () => outgoing.destroy())
    return { url: request.url, status: body.statusCode ?? 0, headers: body.headers, body }
  } catch (error) {
    outgoing.destroy()
    signal.throwIfAborted()
    if (error instanceof SourceError) throw error.cause
    throw explained(transportError(error), outgoing, turn.isConnected)
  }
}

function explained(error: TransportError, outgoing: ClientRequest, isConnected: boolean): TransportError {
  if (error.failure !== 'lost') return error
  if (outgoing.reusedSocket) return new TransportError('lost', error.message, error.cause, true)
  const isHandshake = outgoing.protocol === 'https:' && !isConnected
  return isHandshake ? new TransportError('handshake', error.message, error.cause) : error
}

/** Whose turn it is to send, and whether there is a connection to send on. */
interface Turn {
  isOurs: boolean
  isConnected: boolean
}

function start(request: HttpRequest, settings: ExchangeSettings, signal: AbortSignal): ClientRequest {
  const { body, method, url } = request
  const length = body === undefined ? undefined : body instanceof Uint8Array ? body.length : body.sizeBytes
  const headers = { ...request.headers, ...(length === undefined ? {} : { 'content-length': String(length) }) }
  const options = { method, headers, agent: settings.agent, signal }
  return url.protocol === 'https:' ? requestByHttps(url, options) : requestByHttp(url, options)
}

function answerOf(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.on('error', reject)
    outgoing.once('close', () => reject(new TransportError('lost', 'the connection was closed before an answer came')))
  })
}

/** Ends the exchange when the connection takes too long to be made, or when the other side is silent in its turn. */
function watch(outgoing: ClientRequest, settings: ExchangeSettings, turn: Turn): void {
  const connecting = setTimeout(() => {
    outgoing.destroy(new TransportError('connect', `no connection within ${settings.connectTimeoutMs / 1000} s`))
  }, settings.connectTimeoutMs)
  const connected = (): void => {
    clearTimeout(connecting)
    turn.isConnected = true
  }
  outgoing.once('close', () => clearTimeout(connecting))
  let answer: IncomingMessage | undefined
  outgoing.once('response', (message) => {
    answer = message
  })
  outgoing.once('socket', (socket) => {
    if (socket.connecting) socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connected)
    else connected()
    const idle = (): void => {
      const weAreReading = answer !== undefined && answer.readableLength > 0
      if (turn.isOurs || weAreReading) socket.setTimeout(settings.idleTimeoutMs)
      else outgoing.destroy(new TransportError('silent', `not a byte for ${settings.idleTimeoutMs / 1000} s`))
    }
    socket.setTimeout(settings.idleTimeoutMs)
    socket.on('timeout', idle)
    outgoing.once('close', () => {
      socket.off('timeout', idle)
      socket.setTimeout(0)
    })
  })
}

/** Marks what the body's own stream threw, so that it is not taken for a failure of the connection. */
class SourceError extends Error {}

async function sendBody(outgoing: ClientRequest, body: Uint8Array | StreamBody | undefined, turn: Turn): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) {
    outgoing.end(body)
    return
  }
  let isOver = false
  const over = (): void => {
    isOver = true
  }
  outgoing.once('response', over).once('close', over)
  const chunks = body.stream[Symbol.asyncIterator]()
  try {
    while (!isOver) {
      turn.isOurs = true
      const next = await chunks.next().catch((cause: unknown) => {
        throw new SourceError('', { cause })
      })
      turn.isOurs = false
      if (next.done === true) {
        if (!isOver) outgoing.end()
        return
      }
      if (!isOver && !outgoing.write(next.value)) await writable(outgoing)
    }
  } finally {
    turn.isOurs = false
    await chunks.return?.()
  }
}

/** Until more can be written, or nothing needs to be written any more. */
function writable(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done).off('response', done).off('close', done)
      resolve()
    }
    outgoing.on('drain', done).on('response', done).on('close', done)
  })
}
