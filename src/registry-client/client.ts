import { createEndpoint, type EndpointSettings, type OpenEndpoint } from './api/create-endpoint.ts'
import type { Endpoint } from './api/endpoint.ts'
import {
  defaultCertificateDirectories,
  defaultConnectTimeoutMs,
  defaultIdleTimeoutMs,
  defaultRetrySettings,
  type RegistryClientConfig,
  type RetrySettings,
  type ServerSettings,
} from './config.ts'
import { memoryMountCandidates } from './mount-candidates.ts'
import { createRepository, type Repository } from './repository.ts'
import { environmentCredentials } from './stored-credentials.ts'

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
  const endpoints = new Map<string, OpenEndpoint>()
  const mountCandidates = config.mountCandidates ?? memoryMountCandidates()
  const credentials = config.credentials ?? environmentCredentials(config.environment)
  const down = new Set<Endpoint>()
  const endpointOf = (registry: string, settings: ServerSettings, retry: Partial<RetrySettings>): Endpoint => {
    // A mirror may be a registry too, with settings of its own.
    const key = JSON.stringify([registry, settings.tlsVerify, settings.caFile, retry])
    const known = endpoints.get(key)
    if (known !== undefined) return known.endpoint
    const made = createEndpoint({ ...endpointSettings(registry, settings, retry, config), credentials })
    endpoints.set(key, made)
    return made.endpoint
  }
  return {
    repository({ registry, repository }, use = 'pull') {
      const settings = config.registries?.[registry] ?? {}
      const endpoint = endpointOf(registry, settings, {})
      const upstream = { endpoint, name: repository, isForPush: use === 'push' }
      const mirrors = (settings.mirrors ?? []).map((mirror) => {
        const { host, prefix } = splitLocation(mirror.location)
        return { endpoint: endpointOf(host, mirror, mirrorRetry), name: prefix + repository, isForPush: false }
      })
      return createRepository({ registry, repository, upstream, mirrors, down, mountCandidates })
    },
    [Symbol.asyncDispose]() {
      for (const { connections } of endpoints.values()) connections.close()
      return Promise.resolve()
    },
  }
}

/** A mirror that fails is not waited for: the registry itself is there. */
const mirrorRetry: Partial<RetrySettings> = { attemptsMax: 2 }

/** `mirror.local:5000/docker-hub` as host and what goes before the repository. */
function splitLocation(location: string): { readonly host: string; readonly prefix: string } {
  const slash = location.indexOf('/')
  if (slash === -1) return { host: location, prefix: '' }
  const path = location.slice(slash + 1).replace(/\/+$/, '')
  return { host: location.slice(0, slash), prefix: path === '' ? '' : `${path}/` }
}

function endpointSettings(
  registry: string,
  settings: ServerSettings,
  retry: Partial<RetrySettings>,
  config: RegistryClientConfig,
): Omit<EndpointSettings, 'credentials'> {
  const environment = config.environment ?? process.env
  return {
    registry,
    environment,
    tlsVerify: settings.tlsVerify ?? config.tlsVerify ?? true,
    caFiles: [settings.caFile, config.caFile].filter((file) => file !== undefined),
    certificateDirectories: config.certificateDirectories ?? defaultCertificateDirectories,
    connectTimeoutMs: config.connectTimeoutMs ?? defaultConnectTimeoutMs,
    idleTimeoutMs: config.idleTimeoutMs ?? defaultIdleTimeoutMs,
    retry: { ...defaultRetrySettings, ...config.retry, ...retry },
  }
}
