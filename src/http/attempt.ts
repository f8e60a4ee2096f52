import type { Connections } from './connections.ts'
import { exchange, type HttpAnswer, type HttpRequest } from './exchange.ts'
import { TransportError } from './transport-error.ts'

/** How a request is sent. */
export interface AttemptSettings {
  readonly connections: Connections
  /** Whether the server may see the client certificate. */
  readonly isShownClientCertificate: boolean
  readonly connectTimeoutMs: number
  readonly idleTimeoutMs: number
}

/**
 * One {@link exchange}, and another at once where only our own connection was at fault: it had been kept open and the server
 * had closed it meanwhile, or an authority vouches for the server that the system knows and Node does not.
 *
 * @throws TransportError; the signal's reason; what the request's body throws.
 */
export async function attempt(
  request: HttpRequest,
  settings: AttemptSettings,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const agent = await settings.connections.agentFor(request.url, settings.isShownClientCertificate)
  const { connectTimeoutMs, idleTimeoutMs } = settings
  try {
    return await exchange(request, { agent, connectTimeoutMs, idleTimeoutMs }, signal)
  } catch (error) {
    if (!(error instanceof TransportError) || !isWorthAnotherTry(request, error, settings.connections)) throw error
    return attempt(request, settings, signal)
  }
}

function isWorthAnotherTry({ body }: HttpRequest, error: TransportError, connections: Connections): boolean {
  // A body may have been taken in part, and only the caller knows whether sending it twice does harm.
  if (error.onReusedConnection) return body === undefined
  return error.failure === 'unknown-authority' && isReplayable(body) && connections.trustSystem()
}

/** Whether a body can be sent twice. */
export function isReplayable(body: HttpRequest['body']): boolean {
  return body === undefined || body instanceof Uint8Array
}
