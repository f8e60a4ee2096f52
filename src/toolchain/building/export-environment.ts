import type { ExportEnvironment } from '../../build/export-images.ts'
import type { BuildDestinations } from '../build-destinations.ts'
import type { Toolchain } from '../toolchain.ts'

/** What outputs need of a toolchain. */
export function exportEnvironment(
  { store, folders, registries, environment }: Toolchain,
  writeToStandardOutput: BuildDestinations['writeToStandardOutput'],
): ExportEnvironment {
  return {
    ...{ store, writeToStandardOutput, environment },
    layersFolder: folders.layers,
    cacheFolder: folders.builds,
    openRepository: async (reference, { insecure }) => (await registries(insecure)).repository(reference, 'push'),
  }
}
