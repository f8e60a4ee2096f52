import { configEnvironment, usualSearchPath } from '../../image/config-environment.ts'
import type { RunConfig } from '../../image/config.ts'

/** How a process of the image finds things. */
export interface ProcessSettings {
  readonly environment: ReadonlyMap<string, string>
  readonly searchPath: readonly string[]
  readonly workingDirectory: string
  /** The words that start the before image. */
  readonly command: readonly string[]
}

/** Reads them from an image's config. */
export function processSettings(config: RunConfig | undefined): ProcessSettings {
  const environment = configEnvironment(config)
  const workingDirectory = config?.WorkingDir ?? ''
  return {
    environment,
    searchPath: (environment.get('PATH') ?? usualSearchPath).split(':').filter((folder) => folder.startsWith('/')),
    workingDirectory: workingDirectory.startsWith('/') ? workingDirectory.replace(/(.)\/+$/, '$1') : '/',
    command: [...(config?.Entrypoint ?? []), ...(config?.Cmd ?? [])],
  }
}
