import { randomBytes } from 'node:crypto'
import type { ExitResult, ProcessStreams } from '../sandbox/process-spec.ts'
import type { Job } from '../std/job.ts'
import type { ProcessSettings } from './run-settings.ts'
import { findRunnable, type RunnableSettings } from './runnable-image.ts'
import { imageProcess } from './image-process.ts'
import type { Toolchain } from './toolchain.ts'

/** How an image is run. Nothing needs to be said: then it has no input and no network, and its output is thrown away. */
export interface RunSettings extends ProcessSettings, RunnableSettings {
  /** What the process reads. */
  readonly input?: ProcessStreams['input']
  /** What becomes of what it writes. It is not read on until what this gives is done. */
  readonly output?: ProcessStreams['output']
  /** Called when there is a process. */
  readonly onStarted?: () => void
}

const idBytes = 6

/**
 * Runs an image to the end of its process. What the process changes in its files is thrown away. Aborting the job ends it, with all that it
 * has started.
 *
 * @param name of the store, or else of a registry, from which it is fetched into the store; or the beginning of an ID of the store
 * @returns how the process ended, whatever its status
 * @throws ImageError `not-found`, `bad-name`, `no-platform`; what pulling throws; ToolchainError `bad-request`; ContainerError, SandboxError
 *   and SnapshotError where there is no process
 */
export async function runImage(
  name: string,
  settings: RunSettings,
  toolchain: Toolchain,
  job: Job,
): Promise<ExitResult> {
  const { input, output = () => undefined, onStarted } = settings
  const image = await findRunnable(name, settings, toolchain, job)
  const id = randomBytes(idBytes).toString('hex')
  const process = await imageProcess(settings, { image, layersDirectory: toolchain.folders.layers, id }, job)
  await using container = await toolchain.containers.open(image.layers, job)
  return await container.run(process, { input, output }, job, onStarted)
}
