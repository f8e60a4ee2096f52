import type { RegistryClient } from '../../registry-client/client.ts'
import type { CommandContext } from '../context.ts'
import type { MountMemory } from '../mount-memory.ts'
import type { RegistryAccess } from '../registry-access.ts'

/** One client for places that are trusted as the line says, and one for those that an option calls insecure. */
export type RegistryClients = (insecure: boolean) => Promise<RegistryClient>

/** Clients that are made when somebody asks for them, and closed by `opened`. */
export function createRegistryClients(
  context: CommandContext,
  access: RegistryAccess,
  memory: MountMemory,
  opened: AsyncDisposableStack,
): RegistryClients {
  const clients = new Map<boolean, Promise<RegistryClient>>()
  return (insecure) => {
    const known = clients.get(insecure)
    if (known !== undefined) return known
    const tlsVerify = insecure ? false : access['tls-verify']
    const made = createClient(context, { 'ca-file': access['ca-file'], 'tls-verify': tlsVerify }, memory, opened)
    clients.set(insecure, made)
    return made
  }
}

/** Many builds ask no registry: then what does is not loaded. */
async function createClient(
  context: CommandContext,
  access: RegistryAccess,
  memory: MountMemory,
  opened: AsyncDisposableStack,
): Promise<RegistryClient> {
  const [{ createRegistryClient }, { registryClientConfig }] = await Promise.all([
    import('../../registry-client/client.ts'),
    import('../registry-access.ts'),
  ])
  return opened.use(createRegistryClient({ ...registryClientConfig(context, access), mountCandidates: memory }))
}
