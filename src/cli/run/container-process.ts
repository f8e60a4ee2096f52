import { posix } from 'node:path'
import { hostname } from 'node:os'
import type { ContainerProcess } from '../../container/container.ts'
import { volumeMounts } from '../../container/volume-mounts.ts'
import type { Image } from '../../image/image.ts'
import type { Job } from '../../std/job.ts'
import { wrongUsage } from '../errors.ts'
import { commandWords } from './command-words.ts'
import { variablesOf } from './environment.ts'
import type { LineSettings } from './line-settings.ts'
import { makeFolders } from './mounts.ts'
import { chooseNetwork } from './network.ts'
import { underInit } from './init.ts'
import type { RunOptions } from './options.ts'
import { choosePorts, exposedPorts, portNotices } from './ports.ts'
import { terminalSize } from './terminal.ts'

/** What decides a process beside its line. */
export interface ProcessSurroundings {
  readonly image: Image
  readonly settings: LineSettings
  readonly layersDirectory: string
  /** Of the container; its host name, if no other is wanted. */
  readonly id: string
  readonly environment: NodeJS.ProcessEnv
}

/** A process to be, and what people should know of it when it runs. */
export interface PlannedProcess {
  readonly process: ContainerProcess
  readonly notices: readonly string[]
}

/**
 * Everything about the process that a line and an image say.
 *
 * @throws CliError `wrong-usage`, `file-failed`
 */
export async function containerProcess(
  command: readonly string[],
  options: RunOptions,
  surroundings: ProcessSurroundings,
  job: Job,
): Promise<PlannedProcess> {
  const { image, environment, id, settings } = surroundings
  const config = image.config.config ?? {}
  const words = commandWords(config, options.entrypoint, command)
  const wantedPorts = [
    ...settings.published,
    ...(options['publish-all'] ? exposedPorts(Object.keys(config.ExposedPorts ?? {})) : []),
  ]
  const { network, notice } = chooseNetwork(options.network, wantedPorts.length > 0, environment)
  if (notice !== undefined) job.emit({ type: 'notice', level: 'warning', message: notice })
  const ownName = options.hostname ?? (network === 'host' ? hostname() : id)
  const variables = {
    ...{ hostname: ownName, hasTerminal: options.tty },
    ...{ image: config.Env ?? [], given: settings.variables },
  }
  const publishedPorts = network === 'private' ? await choosePorts(wantedPorts) : []
  const init = options.init ? await underInit(words, environment['PATH'] ?? '') : { mounts: [], words }
  const process: ContainerProcess = {
    arguments: init.words,
    environment: variablesOf(variables, environment),
    workingDirectory: workingDirectoryOf(options.workdir, config.WorkingDir),
    user: options.user ?? config.User ?? '',
    hostname: ownName,
    mounts: [...(await mountsOf(options, Object.keys(config.Volumes ?? {}), surroundings, job)), ...init.mounts],
    network,
    publishedPorts,
    capabilities: settings.capabilities,
    isPrivileged: options.privileged,
    isRootReadOnly: options['read-only'],
    terminal: options.tty ? terminalSize() : undefined,
    limits: settings.limits,
    sharedMemoryBytes: settings.sharedMemoryBytes,
    extraHosts: settings.extraHosts,
  }
  return { process, notices: portNotices(wantedPorts, publishedPorts) }
}

async function mountsOf(
  options: RunOptions,
  imageVolumes: readonly string[],
  { image, layersDirectory, settings: { wanted } }: ProcessSurroundings,
  job: Job,
): Promise<ContainerProcess['mounts']> {
  await makeFolders(wanted)
  const taken = new Set(wanted.mounts.map(({ target }) => target))
  const paths = [...imageVolumes.map((path) => posix.resolve('/', path)), ...wanted.volumes]
  const volumes = [...new Set(paths)].filter((path) => path !== '/' && !taken.has(path))
  const isRootReadOnly = options['read-only']
  return [...(await volumeMounts(volumes, { image, layersDirectory, isRootReadOnly }, job)), ...wanted.mounts]
}

function workingDirectoryOf(asked: string | undefined, ofImage: string | undefined): string {
  if (asked === undefined) return posix.resolve('/', ofImage ?? '')
  if (!asked.startsWith('/')) wrongUsage(`-w ${asked}: it is not absolute`)
  return posix.resolve(asked)
}
