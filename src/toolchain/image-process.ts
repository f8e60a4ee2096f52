import { hostname } from 'node:os'
import { posix } from 'node:path'
import type { ContainerProcess } from '../container/container.ts'
import { volumeMounts } from '../container/volume-mounts.ts'
import type { Image } from '../image/image.ts'
import { defaultCapabilities } from '../sandbox/capabilities.ts'
import type { Job } from '../std/job.ts'
import { badRequest } from './errors.ts'
import type { ProcessSettings } from './run-settings.ts'
import { commandWords } from './command-words.ts'
import { variablesOf } from './process-variables.ts'

/** What decides a process beside its settings. */
export interface ProcessSurroundings {
  readonly image: Image
  readonly layersDirectory: string
  /** Of the container; its host name, if no other is wanted. */
  readonly id: string
}

/** Everything about the process that settings and an image say. @throws ToolchainError `bad-request` */
export async function imageProcess(
  settings: ProcessSettings,
  surroundings: ProcessSurroundings,
  job: Job,
): Promise<ContainerProcess> {
  const { network = 'none', isPrivileged = false, isRootReadOnly = false, terminal, limits } = settings
  const config = surroundings.image.config.config ?? {}
  const ownName = settings.hostname ?? (network === 'host' ? hostname() : surroundings.id)
  const variables = { image: config.Env ?? [], given: settings.environment ?? new Map() }
  return {
    arguments: commandWords(config, settings.entrypoint, settings.command ?? []),
    environment: variablesOf({ hostname: ownName, hasTerminal: terminal !== undefined, ...variables }),
    workingDirectory: workingDirectoryOf(settings.workingDirectory, config.WorkingDir),
    user: settings.user ?? config.User ?? '',
    hostname: ownName,
    mounts: await mountsOf(settings, Object.keys(config.Volumes ?? {}), surroundings, job),
    publishedPorts: network === 'private' ? (settings.publishedPorts ?? []) : [],
    capabilities: settings.capabilities ?? defaultCapabilities,
    limits: { memoryBytes: limits?.memoryBytes, cpus: limits?.cpus, ulimits: limits?.ulimits ?? [] },
    sharedMemoryBytes: settings.sharedMemoryBytes,
    extraHosts: settings.extraHosts ?? [],
    ...{ network, isPrivileged, isRootReadOnly, terminal },
  }
}

async function mountsOf(
  { mounts = [], volumes = [], isRootReadOnly = false }: ProcessSettings,
  imageVolumes: readonly string[],
  { image, layersDirectory }: ProcessSurroundings,
  job: Job,
): Promise<ContainerProcess['mounts']> {
  const taken = new Set(mounts.map(({ target }) => target))
  const paths = [...imageVolumes.map((path) => posix.resolve('/', path)), ...volumes]
  const own = [...new Set(paths)].filter((path) => path !== '/' && !taken.has(path))
  return [...(await volumeMounts(own, { image, layersDirectory, isRootReadOnly }, job)), ...mounts]
}

function workingDirectoryOf(asked: string | undefined, ofImage: string | undefined): string {
  if (asked === undefined) return posix.resolve('/', ofImage ?? '')
  if (!asked.startsWith('/')) badRequest(`the working directory ${asked} is not absolute`)
  return posix.resolve(asked)
}
