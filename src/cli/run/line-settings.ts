import type { ContainerProcess } from '../../container/container.ts'
import { ulimitsOf } from '../build/ulimits.ts'
import { byteSizeOf, extraHostsOf, sharedMemoryOf } from '../build/values.ts'
import { wrongUsage } from '../errors.ts'
import { capabilitiesOf } from './capabilities.ts'
import { readVariableFile } from './environment.ts'
import { readMounts, type WantedMounts } from './mounts.ts'
import type { RunOptions } from './options.ts'
import { parsePublish, type WantedPort } from './ports.ts'

/** What a line says of a process, whatever the image is. */
export interface LineSettings extends Pick<
  ContainerProcess,
  'limits' | 'capabilities' | 'sharedMemoryBytes' | 'extraHosts'
> {
  /** `--publish`. */
  readonly published: readonly WantedPort[]
  /** `--env-file` and `--env`. */
  readonly variables: readonly string[]
  /** `--volume`, `--mount` and `--tmpfs`. */
  readonly wanted: WantedMounts
}

/**
 * Reads the values of a line's options: before the image, which it may take minutes to fetch.
 *
 * @throws CliError `wrong-usage`, `file-failed`; BuildError `bad-build-option`
 */
export async function readLineSettings(options: RunOptions): Promise<LineSettings> {
  checkName(options.name)
  const files = await Promise.all(options['env-file'].map(readVariableFile))
  return {
    limits: {
      memoryBytes: memoryOf(options.memory),
      cpus: cpusOf(options.cpus),
      ulimits: ulimitsOf(options.ulimit),
    },
    capabilities: capabilitiesOf(options['cap-add'], options['cap-drop']),
    sharedMemoryBytes: sharedMemoryOf(options['shm-size']),
    extraHosts: extraHostsOf(options['add-host']),
    published: options.publish.flatMap(parsePublish),
    variables: [...files.flat(), ...options.env],
    wanted: readMounts(options, process.cwd()),
  }
}

/** As Docker has them: names are also parts of host names and paths. */
function checkName(name: string | undefined): void {
  if (name === undefined || /^[a-zA-Z0-9][\w.-]+$/.test(name)) return
  wrongUsage(
    `--name ${JSON.stringify(name)}: it is no name of a container`,
    'It has letters, digits, _, . and -, at least two, and begins with a letter or digit.',
  )
}

/** Docker's bound: with less, not even the runtime can start a process. */
const memoryBytesMin = 6 * 1024 * 1024

function memoryOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const bytes = byteSizeOf('--memory', text)
  if (bytes < memoryBytesMin) wrongUsage(`--memory ${text}: no process starts with so little`, 'Give it at least 6m.')
  return bytes
}

function cpusOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const cpus = Number(text)
  if (!/^\d*\.?\d+$/.test(text) || cpus <= 0) wrongUsage(`--cpus ${text}: it is no number`, 'Write it as 1.5.')
  return cpus
}
