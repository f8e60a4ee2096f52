import { posix } from 'node:path'
import { hostname } from 'node:os'
import type { ContainerProcess } from '../../container/container.ts'
import { volumeMounts } from '../../container/volume-mounts.ts'
import type { Image } from '../../image/image.ts'
import type { Job } from '../../std/job.ts'
import { ulimitsOf } from '../build/ulimits.ts'
import { byteSizeOf, extraHostsOf, sharedMemoryOf } from '../build/values.ts'
import { wrongUsage } from '../errors.ts'
import { capabilitiesOf } from './capabilities.ts'
import { commandWords } from './command-words.ts'
import { readVariableFile, variablesOf } from './environment.ts'
import { makeFolders, readMounts } from './mounts.ts'
import { chooseNetwork } from './network.ts'
import { underInit } from './init.ts'
import type { RunOptions } from './options.ts'
import { choosePorts, exposedPorts, parsePublish, portNotices } from './ports.ts'
import { terminalSize } from './terminal.ts'

/** What decides a process beside its line. */
export interface ProcessSurroundings {
  readonly image: Image
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
 * @throws CliError `wrong-usage`, `file-failed`; BuildError `bad-build-option`
 */
export async function containerProcess(
  command: readonly string[],
  options: RunOptions,
  surroundings: ProcessSurroundings,
  job: Job,
): Promise<PlannedProcess> {
  const { image, environment, id } = surroundings
  const config = image.config.config ?? {}
  const words = commandWords(config, options.entrypoint, command)
  const wantedPorts = [
    ...options.publish.flatMap(parsePublish),
    ...(options['publish-all'] ? exposedPorts(Object.keys(config.ExposedPorts ?? {})) : []),
  ]
  const { network, notice } = chooseNetwork(options.network, wantedPorts.length > 0, environment)
  if (notice !== undefined) job.emit({ type: 'notice', level: 'warning', message: notice })
  const ownName = options.hostname ?? (network === 'host' ? hostname() : id)
  const files = await Promise.all(options['env-file'].map(readVariableFile))
  const given = [...files.flat(), ...options.env]
  const variables = { hostname: ownName, hasTerminal: options.tty, image: config.Env ?? [], given }
  const limits = {
    memoryBytes: memoryOf(options.memory),
    cpus: cpusOf(options.cpus),
    ulimits: ulimitsOf(options.ulimit),
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
    capabilities: capabilitiesOf(options['cap-add'], options['cap-drop']),
    isPrivileged: options.privileged,
    isRootReadOnly: options['read-only'],
    terminal: options.tty ? terminalSize() : undefined,
    limits,
    sharedMemoryBytes: sharedMemoryOf(options['shm-size']),
    extraHosts: extraHostsOf(options['add-host']),
  }
  return { process, notices: portNotices(wantedPorts, publishedPorts) }
}

async function mountsOf(
  options: RunOptions,
  imageVolumes: readonly string[],
  { image, layersDirectory }: ProcessSurroundings,
  job: Job,
): Promise<ContainerProcess['mounts']> {
  const wanted = readMounts(options, process.cwd())
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

function memoryOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : byteSizeOf('--memory', text)
}

function cpusOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const cpus = Number(text)
  if (!/^\d*\.?\d+$/.test(text) || cpus <= 0) wrongUsage(`--cpus ${text}: it is no number`, 'Write it as 1.5.')
  return cpus
}
