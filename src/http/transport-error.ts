import { errorMessage, systemErrorCode } from '../std/errors.ts'

/** How an exchange can fail below HTTP. */
export type TransportFailure =
  /** Nobody is there: no host has this name, or nothing listens at its port. */
  | 'absent'
  /** No connection was made, so nothing of the request can have been acted upon. */
  | 'connect'
  /** The connection broke. */
  | 'lost'
  /** The other side was silent for too long. */
  | 'silent'
  /** The connection broke while TLS was being set up: a server that does not speak it may do so. */
  | 'handshake'
  /** The server does not speak TLS. */
  | 'not-tls'
  /** The server's certificate is not trusted, by an authority that this program does not know. */
  | 'unknown-authority'
  /** Every other failure of TLS, such as a certificate for another name or a date that is past. */
  | 'tls'
  /** The answer is not HTTP. */
  | 'protocol'

/** A failure below HTTP. Its message has no name of the other side: whoever shows it says who that was. */
export class TransportError extends Error {
  readonly failure: TransportFailure
  /** The connection had served before, and the server may have closed it just when we sent: worth a try at once. */
  readonly onReusedConnection: boolean

  constructor(failure: TransportFailure, message: string, cause?: unknown, onReusedConnection = false) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'TransportError'
    this.failure = failure
    this.onReusedConnection = onReusedConnection
  }
}

const absentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND'])

const connectCodes = new Set(['EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'ETIMEDOUT'])

/** OpenSSL's names for "the chain does not end at an authority that I know" (openssl-verification-options). */
const unknownAuthorityCodes = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
])

const tlsCodes = /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|ERROR_IN_CERT|HOSTNAME_MISMATCH|INVALID_|EPROTO$)/

/** What a plain HTTP server's answer to a TLS greeting looks like to OpenSSL. */
const notTlsReason = /wrong version number|packet length too long|http request|unknown protocol/

/** Sorts an error of Node's http, https, net and tls. */
export function transportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error
  const code = systemErrorCode(error) ?? ''
  const reason = openSslReason(error) ?? messageOf(error, code)
  const failure = failureOf(code, reason)
  // Node puts into such an error the bytes that it could not read, or the proxy's address with its password.
  const isTelling = failure === 'protocol' || code.startsWith('ERR_PROXY_')
  const message = reason.replaceAll(/(:\/\/)[^/\s]*@/g, '$1')
  return new TransportError(failure, message, isTelling ? undefined : error)
}

function failureOf(code: string, reason: string): TransportFailure {
  if (absentCodes.has(code)) return 'absent'
  if (connectCodes.has(code) || code.startsWith('ERR_PROXY_')) return 'connect'
  if (unknownAuthorityCodes.has(code)) return 'unknown-authority'
  if (tlsCodes.test(code)) return notTlsReason.test(reason) ? 'not-tls' : 'tls'
  if (code.startsWith('HPE_') || code.startsWith('ERR_HTTP_')) return 'protocol'
  return 'lost'
}

/** The words for people out of `…:error:0A00010B:SSL routines:function:wrong version number:file:78:`. */
function openSslReason(error: unknown): string | undefined {
  return /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/.exec(errorMessage(error))?.[1]
}

/** Node's message is empty where several addresses were tried in vain. */
function messageOf(error: unknown, code: string): string {
  if (error instanceof AggregateError) return error.errors.map(errorMessage).join(', ')
  const message = errorMessage(error)
  return message === '' ? code : message
}
