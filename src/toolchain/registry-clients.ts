import type { RegistryClient } from '../registry-client/client.ts'
import type { RegistryClientConfig } from '../registry-client/config.ts'

/** One client for places that are trusted as the configuration says, and one for those that an option calls insecure. */
export type RegistryClients = (insecure: boolean) => Promise<RegistryClient>

/** Clients that are made when somebody asks for them, and closed by `opened`. */
export function createRegistryClients(config: RegistryClientConfig, opened: AsyncDisposableStack): RegistryClients {
  const clients = new Map<boolean, Promise<RegistryClient>>()
  return (insecure) => {
    const known = clients.get(insecure)
    if (known !== undefined) return known
    const made = createClient(insecure ? withVerification(config, false) : config, opened)
    clients.set(insecure, made)
    return made
  }
}

/** The same for every registry, whatever is set for single ones. */
export function withVerification(config: RegistryClientConfig, tlsVerify: boolean): RegistryClientConfig {
  const registries = Object.entries(config.registries ?? {})
  return {
    ...config,
    tlsVerify,
    registries: Object.fromEntries(registries.map(([name, settings]) => [name, { ...settings, tlsVerify }])),
  }
}

/** Many builds ask no registry: then what does is not loaded. */
async function createClient(config: RegistryClientConfig, opened: AsyncDisposableStack): Promise<RegistryClient> {
  const { createRegistryClient } = await import('../registry-client/client.ts')
  return opened.use(createRegistryClient(config))
}
