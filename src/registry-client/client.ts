import { anonymousAuthorizer } from './auth/authorizer.ts'
import type { Endpoint } from './api/endpoint.ts'
import {
  defaultCertificateDirectories,
  defaultConnectTimeoutMs,
  defaultIdleTimeoutMs,
  defaultRetrySettings,
  type RegistryClientConfig,
  type ServerSettings,
} from './config.ts'
import { createConnections, type Connections } from './http/connections.ts'
import { isLoopback } from './http/loopback.ts'
import { createTransmitter } from './http/transmitter.ts'
import { createRepository, type Repository } from './repository.ts'

/** Talks to any number of registries. Disposing of it closes its connections. */
export interface RegistryClient extends AsyncDisposable {
  /**
   * One repository, as `parseRepository` gives it. Nothing is sent until it is used.
   *
   * @param use `push` asks for tokens that allow pushing from the start, which saves a round trip.
   */
  repository(name: { readonly registry: string; readonly repository: string }, use?: 'pull' | 'push'): Repository
}

export function createRegistryClient(config: RegistryClientConfig = {}): RegistryClient {
  const endpoints = new Map<string, { readonly endpoint: Endpoint; readonly connections: Connections }>()
  const endpointOf = (registry: string, settings: ServerSettings): Endpoint => {
    const known = endpoints.get(registry)
    if (known !== undefined) return known.endpoint
    const made = createEndpoint(registry, settings, config)
    endpoints.set(registry, made)
    return made.endpoint
  }
  return {
    repository({ registry, repository }, use = 'pull') {
      const endpoint = endpointOf(registry, config.registries?.[registry] ?? {})
      const upstream = { endpoint, name: repository, isForPush: use === 'push' }
      return createRepository({ registry, repository, upstream })
    },
    [Symbol.asyncDispose]() {
      for (const { connections } of endpoints.values()) connections.close()
      return Promise.resolve()
    },
  }
}

/** Docker Hub's name in references is not the name of its host. */
const dockerHub = { name: 'docker.io', host: 'registry-1.docker.io' }

function createEndpoint(
  registry: string,
  settings: ServerSettings,
  config: RegistryClientConfig,
): { readonly endpoint: Endpoint; readonly connections: Connections } {
  const host = registry === dockerHub.name ? dockerHub.host : registry
  const tlsVerify = settings.tlsVerify ?? config.tlsVerify ?? true
  const connections = createConnections({
    registry,
    tlsVerify,
    caFiles: [settings.caFile, config.caFile].filter((file) => file !== undefined),
    certificateDirectories: config.certificateDirectories ?? defaultCertificateDirectories,
    environment: config.environment ?? process.env,
  })
  const transmitter = createTransmitter(
    {
      host,
      isPlainAllowed: !tlsVerify || isLoopback(new URL(`https://${host}`).hostname),
      connectTimeoutMs: config.connectTimeoutMs ?? defaultConnectTimeoutMs,
      idleTimeoutMs: config.idleTimeoutMs ?? defaultIdleTimeoutMs,
    },
    connections,
  )
  const retry = { ...defaultRetrySettings, ...config.retry }
  return { endpoint: { registry, transmitter, authorizer: anonymousAuthorizer, retry }, connections }
}
