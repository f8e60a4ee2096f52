import { createEndpoint, type OpenEndpoint } from './api/create-endpoint.ts'
import type { Endpoint } from './api/endpoint.ts'
import { endpointSettings } from './api/endpoint-settings.ts'
import type { RegistryClientConfig, ServerSettings } from './config.ts'
import { RegistryError } from './errors.ts'
import { MemoryMountCandidates } from './mount-candidates.ts'
import { createRepository, type Repository } from './repository.ts'
import { environmentCredentials } from './stored-credentials.ts'

/** Talks to any number of registries. Disposing of it closes its connections. */
export interface RegistryClient extends AsyncDisposable {
  /**
   * One repository, as `parseRepository` gives it. Nothing is sent until it is used.
   *
   * @throws RegistryError `bad-configuration` for a mirror that is written wrongly.
   * @param use `push` asks for tokens that allow pushing from the start, which saves a round trip.
   */
  repository(name: { readonly registry: string; readonly repository: string }, use?: 'pull' | 'push'): Repository
}

/** Makes a client. Nothing is read and nobody is asked before the first repository is used. */
export function createRegistryClient(config: RegistryClientConfig = {}): RegistryClient {
  const endpoints = new Map<string, OpenEndpoint>()
  const mountCandidates = config.mountCandidates ?? new MemoryMountCandidates()
  const credentials = config.credentials ?? environmentCredentials(config.environment)
  const down = new Set<Endpoint>()
  const endpointOf = (registry: string, settings: ServerSettings, isMirror: boolean): Endpoint => {
    // A mirror may be a registry too, with other settings.
    const key = JSON.stringify([registry, settings.tlsVerify, settings.caFile, isMirror])
    const known = endpoints.get(key)
    if (known !== undefined) return known.endpoint
    const base = endpointSettings(registry, settings, config)
    const retry = isMirror ? { ...base.retry, attemptsMax: mirrorAttemptsMax } : base.retry
    const made = createEndpoint({ ...base, retry, credentials })
    endpoints.set(key, made)
    return made.endpoint
  }
  return {
    repository({ registry, repository }, use = 'pull') {
      const settings = config.registries?.[registry] ?? {}
      const endpoint = endpointOf(registry, settings, false)
      const upstream = { endpoint, name: repository, isForPush: use === 'push' }
      const mirrors = (settings.mirrors ?? []).map((mirror) => {
        const { host, prefix } = splitLocation(registry, mirror.location)
        return { endpoint: endpointOf(host, mirror, true), name: prefix + repository, isForPush: false }
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
const mirrorAttemptsMax = 2

/** `mirror.local:5000/docker-hub` as host and what goes before the repository. @throws RegistryError `bad-configuration` */
function splitLocation(registry: string, location: string): { readonly host: string; readonly prefix: string } {
  const match = /^([\w.-]+(?::\d{1,5})?|\[[\da-fA-F:]+\](?::\d{1,5})?)((?:\/[\w.-]+)*)\/?$/.exec(location)
  const [, host, path] = match ?? []
  if (host === undefined || path === undefined || !URL.canParse(`https://${host}`)) {
    const message = `${registry}: its mirror ${JSON.stringify(location)} is no place`
    const hint = 'Write a host, a port if need be, and a path: mirror.example:5000/docker-hub.'
    throw new RegistryError('bad-configuration', message, { registry }, { hint })
  }
  return { host, prefix: path === '' ? '' : `${path.slice(1)}/` }
}
