import type { TransportError, TransportFailure } from '../../http/transport-error.ts'
import { DebianError } from '../errors.ts'

/** A URL for messages: without a password. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`
}

const networkHint = 'Check the name of the mirror, the network, and http_proxy and no_proxy if there is a proxy.'

/** What a failure below HTTP means for who asked, and what can be done about it. */
export function unreachable(error: TransportError, url: URL): DebianError {
  if (error.failure === 'protocol') {
    return new DebianError('mirror-bad-answer', `${shownUrl(url)}: the mirror gave a wrong answer: ${error.message}`, {
      cause: error,
      hint: 'This may be no mirror, or something between it and this machine changes what it says.',
    })
  }
  const message = `${shownUrl(url)}: the mirror cannot be reached: ${error.message}`
  return new DebianError('mirror-unreachable', message, { cause: error, hint: hints[error.failure] ?? networkHint })
}

const hints: Partial<Record<TransportFailure, string>> = {
  'not-tls': 'The mirror does not speak TLS: write http:// in its address. What it sends is checked by its signature.',
  'unknown-authority':
    "Name the file with the authority's certificate in NODE_EXTRA_CA_CERTS, or write http:// in the address.",
  tls: 'Check that the name is the one in the certificate, and that the date of this machine is right.',
}
