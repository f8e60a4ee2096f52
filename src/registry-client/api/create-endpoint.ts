import { createAuthorizer } from '../auth/challenge-authorizer.ts'
import {
  createConnections,
  type Connections,
  type Environment,
  type HostCertificates,
  type Route,
} from '../../http/connections.ts'
import { isLoopback } from '../../http/loopback.ts'
import { loadHostCertificates } from '../http/trust.ts'
import { createTransmitter, type TransmitterSettings } from '../http/transmitter.ts'
import type { RetrySettings } from '../../http/backoff.ts'
import type { CredentialSource } from '../config.ts'
import type { Endpoint } from './endpoint.ts'

export interface EndpointSettings {
  /** As in references. */
  readonly registry: string
  readonly tlsVerify: boolean
  readonly caFiles: readonly string[]
  readonly certificateDirectories: readonly string[]
  readonly environment: Environment
  readonly connectTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly retry: RetrySettings
  readonly credentials: CredentialSource
  readonly route: Route | undefined
}

export interface OpenEndpoint {
  readonly endpoint: Endpoint
  readonly connections: Connections
}

/** Docker Hub's name in references is not the name of its host. */
const dockerHub = { registry: 'docker.io', host: 'registry-1.docker.io' }

export function createEndpoint(settings: EndpointSettings): OpenEndpoint {
  const { registry, retry, tlsVerify } = settings
  const host = registry === dockerHub.registry ? dockerHub.host : registry
  const isPlainAllowed = !tlsVerify || isLoopback(new URL(`https://${host}`).hostname)
  const { environment, route } = settings
  const loadCertificates = (): Promise<HostCertificates> => loadHostCertificates(settings)
  const connections = createConnections({ tlsVerify, environment, loadCertificates, route })
  const transmitterTo = (parts: Omit<TransmitterSettings, 'connectTimeoutMs' | 'idleTimeoutMs'>) =>
    createTransmitter({ ...settings, ...parts }, connections)
  const authorizer = createAuthorizer({
    registry,
    isPlainAllowed: !tlsVerify,
    findCredential: (repository, signal) => settings.credentials.find(registry, repository ?? '', signal),
    serviceAt(realm) {
      const scheme = realm.protocol === 'http:' ? 'http' : 'https'
      const isShownClientCertificate = realm.host === new URL(`${scheme}://${host}`).host
      const transmitter = transmitterTo({ host: realm.host, scheme, isPlainAllowed: false, isShownClientCertificate })
      return { registry, transmitter, retry }
    },
  })
  const transmitter = transmitterTo({ host, scheme: 'https', isPlainAllowed, isShownClientCertificate: true })
  return { endpoint: { registry, transmitter, authorizer, retry }, connections }
}
