import { openToolchain, type Toolchain } from '../toolchain/toolchain.ts'
import { storePath } from './configuration.ts'
import type { CommandContext } from './context.ts'
import { registryClientConfig, type RegistryAccess } from './registry-config.ts'

/** Opens the toolchain that the command line, the environment and the configuration say. */
export async function openCommandToolchain(context: CommandContext, access: RegistryAccess): Promise<Toolchain> {
  const { globals, environment, configuration, job } = context
  const store = storePath(globals.store, environment, configuration)
  return await openToolchain({ store, environment, registries: registryClientConfig(context, access) }, job)
}
