import type { RegistryClientConfig } from '../registry-client/config.ts'
import { withVerification } from '../toolchain/registry-clients.ts'
import type { CommandContext } from './context.ts'

/** How the command line says that registries are contacted: the values of `registryOptions`. */
export interface RegistryAccess {
  readonly 'tls-verify': boolean | undefined
  readonly 'ca-file': string | undefined
}

/** How a client works: as the configuration says, and the command line above it. */
export function registryClientConfig(
  { configuration, environment }: Pick<CommandContext, 'configuration' | 'environment'>,
  access: RegistryAccess,
): RegistryClientConfig {
  const { 'tls-verify': tlsVerify, 'ca-file': caFile } = access
  const { registries } = configuration
  const config = { registries, environment, ...(caFile === undefined ? {} : { caFile }) }
  // What the command line says counts for every registry, whatever the configuration says of it.
  return tlsVerify === undefined ? config : withVerification(config, tlsVerify)
}
