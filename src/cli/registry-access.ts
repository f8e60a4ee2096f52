import { createRegistryClient, type RegistryClient } from '../registry-client/client.ts'
import type { MountCandidates } from '../registry-client/mount-candidates.ts'
import type { CommandContext } from './context.ts'
import { registryClientConfig, type RegistryAccess } from './registry-config.ts'

/**
 * A client that works as the configuration says, and the command line above it. Disposing of it closes its connections.
 *
 * @param mountCandidates what earlier runs have seen at registries, for commands that push.
 */
export function openRegistryClient(
  context: CommandContext,
  access: RegistryAccess,
  mountCandidates?: MountCandidates,
): RegistryClient {
  const config = registryClientConfig(context, access)
  return createRegistryClient(mountCandidates === undefined ? config : { ...config, mountCandidates })
}
