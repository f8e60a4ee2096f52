import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { familiarReference, type Reference } from '../../image/reference.ts'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { printable } from '../../std/printable.ts'
import { archiveImages } from '../../store/save-archive.ts'
import type { AssembledImages } from '../assemble-images.ts'
import type { LoadOutput } from '../build-output.ts'
import { BuildError } from '../errors.ts'
import type { ExportEnvironment } from './export-request.ts'
import { platformOfAssembled } from './platform-of.ts'

/** A program that loads images, with the words that ask whether it can, and that make it do so. */
interface Engine {
  readonly program: 'docker' | 'podman'
  readonly check: readonly string[]
  readonly load: readonly string[]
}

/** Why an engine cannot be used. */
interface Refusal {
  readonly program: string
  readonly why: string
}

/**
 * Loads the image into Docker, or into podman where there is no Docker that answers.
 *
 * @throws BuildError `export-failed` with what each of them says
 */
export async function loadIntoEngine(
  output: LoadOutput,
  assembled: AssembledImages,
  names: readonly Reference[],
  environment: ExportEnvironment,
  job: Job,
): Promise<void> {
  const engine = await findEngine(output.dockerContext, environment.environment, job)
  const id = `load ${assembled.descriptor.digest}`
  const title = `loading ${names.map(familiarReference).join(', ') || assembled.descriptor.digest} into ${engine.program}`
  job.emit({ type: 'task-started', id, title, totalBytes: undefined })
  const images = [{ descriptor: assembled.descriptor, names }]
  const options = { format: 'docker-archive', platform: platformOfAssembled(assembled) } as const
  const archive = archiveImages(environment.store, images, options, job)
  const { status, said } = await runEngine(engine.program, engine.load, archive, environment.environment, job)
  if (status !== 0) {
    job.emit({ type: 'task-failed', id, message: said })
    throw new BuildError('export-failed', `${engine.program} does not load the image: ${said}`, {
      hint: 'Write the image to a file with --output type=docker,dest=FILE to load it elsewhere.',
    })
  }
  job.emit({ type: 'task-done', id, outcome: `loaded into ${engine.program}` })
}

async function findEngine(context: string | undefined, environment: NodeJS.ProcessEnv, job: Job): Promise<Engine> {
  const inContext = context === undefined ? [] : ['--context', context]
  const engines: readonly Engine[] = [
    { program: 'docker', check: [...inContext, 'version'], load: [...inContext, 'load'] },
    // A context is Docker's own.
    ...(context === undefined ? [{ program: 'podman', check: ['version'], load: ['load'] } as const] : []),
  ]
  const refusals: Refusal[] = []
  for (const engine of engines) {
    const { status, said } = await runEngine(engine.program, engine.check, emptyStream(), environment, job)
    if (status === 0) return engine
    refusals.push({ program: engine.program, why: said })
  }
  throw new BuildError(
    'export-failed',
    `there is nothing to load the image into: ${refusals.map(({ program, why }) => `${program}: ${why}`).join('; ')}`,
    { hint: 'The image can be run from the local store, or be written with --output type=docker,dest=FILE.' },
  )
}

async function* emptyStream(): AsyncGenerator<Uint8Array> {
  // There is nothing to say to a program that is only asked whether it works.
}

const saidCharactersMax = 2000

/** Runs a program to its end. @returns its status, and the last line of what it complained of. */
async function runEngine(
  program: string,
  words: readonly string[],
  input: ByteStream,
  environment: NodeJS.ProcessEnv,
  job: Job,
): Promise<{ readonly status: number | null; readonly said: string }> {
  const child = spawn(program, words, { stdio: ['pipe', 'ignore', 'pipe'], env: environment, signal: job.signal })
  const ended = once(child, 'close').then(
    () => undefined,
    (error: unknown) => error,
  )
  let said = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => {
    said = (said + text).slice(-saidCharactersMax)
  })
  // It may end before it has read everything: then its own words say why.
  const failedInput = await pipeline(input, child.stdin).then(
    () => undefined,
    (error: unknown) => error,
  )
  const failure = await ended
  job.signal.throwIfAborted()
  if (systemErrorCode(failure) === 'ENOENT') return { status: null, said: 'it is not installed' }
  if (failure !== undefined) return { status: null, said: errorMessage(failure) }
  const code = systemErrorCode(failedInput)
  if (failedInput !== undefined && code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw failedInput
  const last = said.trim().split('\n').at(-1) ?? ''
  return { status: child.exitCode, said: printable(last === '' ? `status ${child.exitCode}` : last) }
}
