import { posix } from 'node:path'
import type { ContainerMount, ContainerNetwork, ContainerProcess } from '../../container/container.ts'
import { volumeMounts } from '../../container/volume-mounts.ts'
import { configEnvironment, usualSearchPath } from '../../image/config-environment.ts'
import type { RunConfig } from '../../image/config.ts'
import { defaultCapabilities } from '../../sandbox/capabilities.ts'
import type { Job } from '../../std/job.ts'
import type { AppLaunch } from '../app-session.ts'
import { isManyPrograms, isShellName } from '../decide/dropped.ts'
import { SlimError } from '../errors.ts'

/** Where a process is among others. */
export interface ProcessPlace {
  readonly hostname: string
  readonly sharedNetwork: ContainerNetwork | undefined
  readonly extraHosts: ContainerProcess['extraHosts']
}

/** Alone, with the same name in each run, so that answers that have it are the same. */
export const alone: ProcessPlace = { hostname: 'app', sharedNetwork: undefined, extraHosts: [] }

/**
 * The process of an app, as its image and its launch say.
 *
 * @throws SlimError `nothing-to-probe` where there is no command, or one that waits for somebody to type
 */
export async function appProcess(
  launch: AppLaunch,
  place: ProcessPlace,
  layersDirectory: string,
  job: Job,
): Promise<ContainerProcess> {
  const { image, restraint, network } = launch
  const config = image.config.config ?? {}
  return {
    arguments: commandOf(launch),
    environment: environmentOf(config, launch.environment, place.hostname),
    workingDirectory: posix.resolve('/', config.WorkingDir ?? ''),
    user: restraint.user ?? config.User ?? '',
    ...place,
    mounts: await mountsOf(launch, layersDirectory, job),
    network,
    publishedPorts: [],
    capabilities: restraint.capabilities ?? defaultCapabilities,
    isPrivileged: false,
    isRootReadOnly: restraint.isRootReadOnly,
    terminal: undefined,
    limits: { memoryBytes: launch.memoryBytes, cpus: undefined, ulimits: [] },
    sharedMemoryBytes: undefined,
  }
}

function commandOf({ image, command }: AppLaunch): readonly string[] {
  const { Entrypoint, Cmd } = image.config.config ?? {}
  const words = [...(Entrypoint ?? []), ...(command ?? Cmd ?? [])]
  if (words.length === 0) {
    throw new SlimError('nothing-to-probe', 'the image says no command', {
      hint: 'Give it a CMD or an ENTRYPOINT: what does not run cannot be observed.',
    })
  }
  const program = promptOf(words)
  if (program === undefined) return words
  throw new SlimError('nothing-to-probe', `the image starts ${program}, which waits for somebody to type`, {
    hint: 'Give it a CMD or an ENTRYPOINT that starts the app: this may be what its base says.',
  })
}

/** A shell or an interpreter without a script, as base images start it, also by an entry point that passes on what it is given. */
function promptOf([first = '', second, ...others]: readonly string[]): string | undefined {
  if (others.length > 0) return undefined
  const passesOn = /(?:^|\/)docker-entrypoint\.sh$/.test(first)
  const program = second === undefined ? first : passesOn ? second : ''
  const name = posix.basename(program)
  return (isShellName(name) && !isManyPrograms(name)) ||
    /^(?:node|nodejs|bun|(?:python|pypy)[\d.]*|irb|jshell)$/.test(name)
    ? program
    : undefined
}

function environmentOf(
  config: RunConfig,
  ofLaunch: ReadonlyMap<string, string>,
  hostname: string,
): ReadonlyMap<string, string> {
  const named = configEnvironment(config)
    .entries()
    .filter(([name]) => name !== '')
  return new Map([['PATH', usualSearchPath], ['HOSTNAME', hostname], ...named, ...ofLaunch])
}

/** Volumes of the image are in the root where that can be written to: what is read of them is seen so. */
async function mountsOf(launch: AppLaunch, layersDirectory: string, job: Job): Promise<readonly ContainerMount[]> {
  const { image, mounts, restraint } = launch
  const taken = new Set(mounts.map(({ target }) => posix.resolve('/', target)))
  const volumes = volumePaths(launch).filter((path) => !taken.has(path))
  const { isRootReadOnly } = restraint
  return [...(await volumeMounts(volumes, { image, layersDirectory, isRootReadOnly }, job)), ...mounts]
}

/** The places of the volumes of an image's config. */
export function volumePaths({ image }: Pick<AppLaunch, 'image'>): readonly string[] {
  const names = Object.keys(image.config.config?.Volumes ?? {})
  return names.map((name) => posix.resolve('/', name)).filter((path) => path !== '/')
}
