import type { ExportEnvironment } from '../../build/export-images.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import type { CommandContext } from '../context.ts'
import type { RegistryClients } from './registry-clients.ts'

/** What outputs need of this process: its standard output, its registries. */
export function exportEnvironment(
  { output, environment }: CommandContext,
  store: LayoutStore,
  cacheFolder: string,
  clients: RegistryClients,
): ExportEnvironment {
  return {
    store,
    layersFolder: store.layersPath,
    cacheFolder,
    writeToStandardOutput: output.isTerminal ? undefined : (chunk) => output.write(chunk),
    openRepository: (reference, { insecure }) =>
      clients(insecure).then((client) => client.repository(reference, 'push')),
    environment,
  }
}
