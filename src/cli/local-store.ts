import { openStore, type LayoutStore } from '../store/layout-store.ts'
import { storePath } from './configuration.ts'
import type { CommandContext } from './context.ts'

/** Opens the store that the command line, the environment or the configuration names. */
export async function openLocalStore(context: CommandContext): Promise<LayoutStore> {
  const { globals, environment, configuration, job } = context
  return await openStore(storePath(globals.store, environment, configuration), job)
}
