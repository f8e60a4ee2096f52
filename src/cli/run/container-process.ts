import type { ContainerProcess } from '../../container/container.ts'
import type { Image } from '../../image/image.ts'
import type { Job } from '../../std/job.ts'
import { commandWords } from '../../toolchain/command-words.ts'
import { imageProcess } from '../../toolchain/image-process.ts'
import { wrongUsage } from '../errors.ts'
import { readVariables } from './environment.ts'
import type { LineSettings } from './line-settings.ts'
import { makeFolders } from './mounts.ts'
import { chooseNetwork } from './network.ts'
import { underInit } from './init.ts'
import type { RunOptions } from './options.ts'
import { choosePorts, exposedPorts, portNotices } from './ports.ts'
import { terminalSize } from './terminal.ts'

/** What decides a process beside its line. */
export interface LineSurroundings {
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
 * @throws CliError `wrong-usage`, `file-failed`; ToolchainError `bad-request`
 */
export async function containerProcess(
  command: readonly string[],
  options: RunOptions,
  surroundings: LineSurroundings,
  job: Job,
): Promise<PlannedProcess> {
  const { image, environment, settings } = surroundings
  const { wanted, published, variables, ...others } = settings
  const config = image.config.config ?? {}
  const wantedPorts = [
    ...published,
    ...(options['publish-all'] ? exposedPorts(Object.keys(config.ExposedPorts ?? {})) : []),
  ]
  const { network, notice } = chooseNetwork(options.network, wantedPorts.length > 0, environment)
  if (notice !== undefined) job.emit({ type: 'notice', level: 'warning', message: notice })
  if (options.workdir?.startsWith('/') === false) wrongUsage(`-w ${options.workdir}: it is not absolute`)
  const entrypoint =
    options.entrypoint === '' ? [] : options.entrypoint === undefined ? undefined : [options.entrypoint]
  const words = commandWords(config, entrypoint, command)
  const init = options.init ? await underInit(words, environment['PATH'] ?? '') : { mounts: [], words }
  await makeFolders(wanted)
  const publishedPorts = network === 'private' ? await choosePorts(wantedPorts) : []
  const process = await imageProcess(
    {
      ...{ entrypoint: [], command: init.words, environment: readVariables(variables, environment) },
      ...{ workingDirectory: options.workdir, user: options.user, hostname: options.hostname },
      ...{ mounts: [...wanted.mounts, ...init.mounts], volumes: wanted.volumes, network, publishedPorts },
      ...{ isPrivileged: options.privileged, isRootReadOnly: options['read-only'] },
      terminal: options.tty ? terminalSize() : undefined,
      ...others,
    },
    surroundings,
    job,
  )
  return { process, notices: portNotices(wantedPorts, publishedPorts) }
}
