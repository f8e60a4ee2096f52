import { RegistryError, type RegistryErrorCode, type RegistryErrorPlace } from '../errors.ts'
import type { TransportError, TransportFailure } from '../../http/transport-error.ts'

interface Meaning {
  readonly code: RegistryErrorCode
  readonly words: string
  readonly hint: string
}

/** What a failure below HTTP means for who asked, and what can be done about it. */
export function unreachable(error: TransportError, place: RegistryErrorPlace): RegistryError {
  const { code, words, hint } = meaningOf(error.failure, place.registry)
  const message = `${place.registry}: ${words}: ${error.message} (${place.request})`
  return new RegistryError(code, message, place, { cause: error, hint })
}

function meaningOf(failure: TransportFailure, registry: string): Meaning {
  switch (failure) {
    case 'not-tls':
      return {
        code: 'tls',
        words: 'it does not speak TLS',
        hint: 'If plain HTTP is all that it offers and the network is safe, allow it with --tls-verify=false.',
      }
    case 'unknown-authority':
      return {
        code: 'tls',
        words: 'nobody that is trusted vouches for its certificate',
        hint: `Name the authority's certificate with --ca-file, or put it at /etc/containers/certs.d/${registry}/ca.crt.`,
      }
    case 'tls':
      return {
        code: 'tls',
        words: 'TLS failed',
        hint: 'Check that the name is the one in the certificate, and that the date of this machine is right.',
      }
    case 'protocol':
      return {
        code: 'bad-answer',
        words: 'it gave a wrong answer',
        hint: 'This may be no registry, or something between it and this machine changes what it says.',
      }
    case 'absent':
    case 'connect':
    case 'lost':
    case 'silent':
    case 'handshake':
      return { code: 'unreachable', words: 'it cannot be reached', hint: networkHint }
    default:
      return failure satisfies never
  }
}

const networkHint = "Check the registry's name, the network, and HTTPS_PROXY and NO_PROXY if there is a proxy."
