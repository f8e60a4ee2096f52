import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { startHttpServer, type TestHttpServer } from './http-server.ts'

/** What the proxy does to one exchange. Told apart by `kind`. */
export type Breakage =
  /** Answers by itself, and the registry hears nothing of it. */
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: OutgoingHttpHeaders; readonly body?: string }
  /** Passes so many bytes of the request's body on, and then cuts both connections. */
  | { readonly kind: 'cut-request'; readonly afterBytes: number }
  /** Passes so many bytes of the answer's body on, and then cuts both connections. */
  | { readonly kind: 'cut-answer'; readonly afterBytes: number }
  /** Passes so many bytes of the answer's body on, and then nothing more. */
  | { readonly kind: 'stall-answer'; readonly afterBytes: number }
  /** Passes the request on and cuts the connection in place of the answer. */
  | { readonly kind: 'lose-answer' }
  /** Says nothing, ever. */
  | { readonly kind: 'silence' }
  /** Takes headers out of the request. */
  | { readonly kind: 'strip'; readonly headers: readonly string[] }
  /** Changes what comes back; headers that become undefined are left out. The body is in memory for that. */
  | {
      readonly kind: 'change'
      readonly headers?: (headers: OutgoingHttpHeaders) => OutgoingHttpHeaders
      readonly body?: (body: Buffer) => Buffer
    }

/** A request that came through. */
export interface ProxiedRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** How many such requests (same method, same path without its query) came before. */
  readonly before: number
  /** Bytes of its body that were passed on so far. */
  bodyBytes: number
  /** Bytes of the answer's body that were passed on so far. */
  answerBytes: number
}

export interface BreakingProxy extends AsyncDisposable {
  /** To be used in place of the registry's. */
  readonly host: string
  readonly requests: readonly ProxiedRequest[]
}

/** What to do to a request; undefined passes it through untouched. */
export type BreakageScript = (request: ProxiedRequest) => Breakage | undefined

/**
 * Starts an HTTP proxy in front of a registry that breaks what its script says, the same way each time. The registry is
 * told the proxy's name, so that the addresses that it gives lead through the proxy again.
 */
export async function startBreakingProxy(upstream: string, script: BreakageScript): Promise<BreakingProxy> {
  const requests: ProxiedRequest[] = []
  const server: TestHttpServer = await startHttpServer((incoming, response) => {
    const { method = '', url: path = '', headers } = incoming
    const isSame = (one: ProxiedRequest): boolean => one.method === method && pathOf(one.path) === pathOf(path)
    const before = requests.filter(isSame).length
    const request: ProxiedRequest = { method, path, headers, before, bodyBytes: 0, answerBytes: 0 }
    requests.push(request)
    void passOn({ upstream, incoming, response, request, breakage: script(request) })
  })
  return { host: server.host, requests, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

interface Exchange {
  readonly upstream: string
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
  readonly request: ProxiedRequest
  readonly breakage: Breakage | undefined
}

function pathOf(path: string): string {
  return path.split('?', 1)[0] ?? path
}

async function passOn(exchange: Exchange): Promise<void> {
  const { incoming, response, breakage } = exchange
  if (breakage?.kind === 'silence') return
  if (breakage?.kind === 'answer') {
    incoming.resume()
    response.writeHead(breakage.status, breakage.headers).end(breakage.body)
    return
  }
  try {
    await passAnswerOn(exchange, await passRequestOn(exchange))
  } catch {
    response.destroy()
    incoming.destroy()
  }
}

class Cut extends Error {}

function passRequestOn({ upstream, incoming, request, breakage }: Exchange): Promise<IncomingMessage> {
  const headers = { ...incoming.headers }
  if (breakage?.kind === 'strip') for (const name of breakage.headers) delete headers[name]
  const [host, port] = upstream.split(':')
  const outgoing = httpRequest({ host, port, method: request.method, path: request.path, headers, agent: false })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
  })
  const limit = breakage?.kind === 'cut-request' ? breakage.afterBytes : undefined
  incoming.on('data', (chunk: Uint8Array) => {
    const left = limit === undefined ? chunk.length : Math.max(limit - request.bodyBytes, 0)
    const passed = chunk.subarray(0, left)
    request.bodyBytes += passed.length
    const isCut = request.bodyBytes === limit
    if (!outgoing.write(passed, () => isCut && outgoing.destroy(new Cut())) && !isCut) {
      incoming.pause()
      outgoing.once('drain', () => incoming.resume())
    }
    if (isCut) incoming.pause()
  })
  incoming.once('end', () => outgoing.end())
  incoming.once('error', (error) => outgoing.destroy(error))
  return answered
}

async function passAnswerOn({ response, request, breakage }: Exchange, answer: IncomingMessage): Promise<void> {
  if (breakage?.kind === 'lose-answer') {
    answer.resume()
    throw new Cut()
  }
  if (breakage?.kind === 'change') {
    const body = await buffer(answer)
    const changed = breakage.body?.(body) ?? body
    const headers = { ...answer.headers, ...(breakage.body === undefined ? {} : { 'content-length': changed.length }) }
    const kept = Object.entries(breakage.headers?.(headers) ?? headers).filter(([, value]) => value !== undefined)
    response.writeHead(answer.statusCode ?? 0, Object.fromEntries(kept)).end(changed)
    return
  }
  response.writeHead(answer.statusCode ?? 0, answer.headers)
  const isLimited = breakage?.kind === 'cut-answer' || breakage?.kind === 'stall-answer'
  const limit = isLimited ? breakage.afterBytes : Number.POSITIVE_INFINITY
  const chunks: AsyncIterable<Uint8Array> = answer
  for await (const chunk of chunks) {
    const passed = chunk.subarray(0, limit - request.answerBytes)
    request.answerBytes += passed.length
    await new Promise((resolve) => response.write(passed, resolve))
    if (request.answerBytes === limit && breakage?.kind === 'stall-answer') return
    if (request.answerBytes === limit) throw new Cut()
  }
  response.end()
}
