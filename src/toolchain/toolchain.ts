import { join } from 'node:path'
import type { ContainerHost } from '../container/container.ts'
import { createContainerHost } from '../container/create-host.ts'
import type { RegistryClientConfig } from '../registry-client/config.ts'
import { mountCandidateFile, type MountCandidateFile } from '../registry-client/mount-candidate-file.ts'
import type { Job } from '../std/job.ts'
import { openStore, type LayoutStore } from '../store/layout-store.ts'
import { buildFolders } from './build-folders.ts'
import { usualCacheFolder, usualStoreFolder } from './folders.ts'
import { createRegistryClients, type RegistryClients } from './registry-clients.ts'

/** Where a toolchain works. All of it has a default, which is that of the command line. */
export interface ToolchainOptions {
  /** The folder of the store: `$WHERRY_STORE`, or else `wherry` in `$XDG_DATA_HOME` or `~/.local/share`. Made where it is not there. */
  readonly store?: string | undefined
  /** The folder for what can be lost, Debian's packages among it: `wherry` in `$XDG_CACHE_HOME` or `~/.cache`. */
  readonly cache?: string | undefined
  /** How registries are contacted. */
  readonly registries?: RegistryClientConfig | undefined
  /** Proxies, logins, agents, and where folders are: `process.env`. */
  readonly environment?: NodeJS.ProcessEnv | undefined
}

/**
 * What images are built, made slim and compared with: a store, registries, and containers. Registries are contacted, and the process that
 * holds containers starts, when that is needed for the first time. Disposing of it ends all of it; what is in the store stays.
 */
export interface Toolchain extends AsyncDisposable {
  readonly store: LayoutStore
  readonly registries: RegistryClients
  /** Which repositories have which blobs, as far as earlier pushes have seen it. */
  readonly mounts: MountCandidateFile
  readonly containers: ContainerHost
  readonly folders: ToolchainFolders
  readonly environment: NodeJS.ProcessEnv
}

/** Folders of a toolchain. */
export interface ToolchainFolders {
  /** Of layer indexes and unpacked layers. */
  readonly layers: string
  /** Of the build cache. */
  readonly builds: string
  /** Of what can be lost, and belongs to no store. */
  readonly cache: string
}

/**
 * Opens a store and what goes with it.
 *
 * @throws StoreError where the store cannot be opened
 */
export async function openToolchain(options: ToolchainOptions, job: Job): Promise<Toolchain> {
  const environment = options.environment ?? process.env
  const cache = options.cache ?? usualCacheFolder(environment)
  await using opened = new AsyncDisposableStack()
  const store = opened.use(await openStore(options.store ?? storeFolder(environment), job))
  const { cache: builds, scratch: scratchDirectory } = buildFolders(store)
  const layers = store.layersPath
  const mounts = mountCandidateFile(join(cache, 'mounts'))
  const config = { environment, mountCandidates: mounts, ...options.registries }
  const registries = createRegistryClients(config, opened.use(new AsyncDisposableStack()))
  const containers = opened.use(createContainerHost({ layersDirectory: layers, scratchDirectory }))
  const held = opened.move()
  return {
    ...{ store, registries, mounts, containers, environment },
    folders: { layers, builds, cache },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

function storeFolder(environment: NodeJS.ProcessEnv): string {
  const named = environment['WHERRY_STORE'] ?? ''
  return named === '' ? usualStoreFolder(environment) : named
}
