import type { BuildRequest } from '../build/build-request.ts'
import { hostPlatform } from '../image/platform.ts'

/** What a build is told beside its files. */
export type RequestSettings = Omit<
  BuildRequest,
  'document' | 'dockerfileName' | 'context' | 'namedContexts' | 'images' | 'dateSeconds'
>

/** How to build. Nothing needs to be said. */
export interface BuildSettings extends Partial<RequestSettings> {
  /** The path of the Dockerfile, or its URL, or `-` for standard input. By default `Dockerfile` in the context. */
  readonly file?: string | undefined
  /**
   * What FROM, COPY --from and mounts find under a name: a folder, an archive, a git repository, `docker-image://REF`, or
   * `oci-layout://DIR`.
   */
  readonly namedContexts?: ReadonlyMap<string, string>
  /** Whether registries are asked for base images also if the store has them. */
  readonly pull?: boolean
}

/** Half the time of gzip's usual 6 for a tenth more bytes (docs/decisions/0021-level-of-built-layers.md). */
const usualLevel = { gzip: 3, zstd: 3 } as const

/** How steps write their layers, unless somebody says otherwise: as gzip, which everything reads. */
export function usualCompression(format: 'gzip' | 'zstd' = 'gzip'): RequestSettings['compression'] {
  return { format, level: usualLevel[format] }
}

/** Settings in full: for this machine's platform, with no arguments and no secrets, and what Docker does by default. */
export function wholeSettings(given: BuildSettings): RequestSettings {
  return {
    ...{ buildArguments: new Map(), target: undefined, platforms: [hostPlatform()], labels: new Map() },
    ...{ secrets: new Map(), sshAgents: new Map(), network: 'default', extraHosts: [], allowsInsecure: false },
    ...{ sharedMemoryBytes: undefined, ulimits: [], withoutCache: new Set(), compression: usualCompression() },
    trustedCertificates: undefined,
    ...given,
  }
}
