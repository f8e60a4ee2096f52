import type { RegistryClientConfig } from '../registry-client/config.ts'
import { createRegistryClient, type RegistryClient } from '../registry-client/client.ts'
import type { MountCandidates } from '../registry-client/mount-candidates.ts'
import type { CommandContext } from './context.ts'

/** How the command line says that registries are contacted: the values of `registryOptions`. */
export interface RegistryAccess {
  readonly 'tls-verify': boolean | undefined
  readonly 'ca-file': string | undefined
}

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

/** The same as the configuration of a client, for what needs no client. */
export function registryClientConfig(context: CommandContext, access: RegistryAccess): RegistryClientConfig {
  const { 'tls-verify': tlsVerify, 'ca-file': caFile } = access
  const { registries } = context.configuration
  return {
    // What the command line says counts for every registry, whatever the configuration says of it.
    registries:
      tlsVerify === undefined
        ? registries
        : Object.fromEntries(Object.entries(registries).map(([name, settings]) => [name, { ...settings, tlsVerify }])),
    ...(tlsVerify === undefined ? {} : { tlsVerify }),
    ...(caFile === undefined ? {} : { caFile }),
    environment: context.environment,
  }
}
