import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildRequest } from '../../build/build-request.ts'
import type { BuildContext } from '../../dockerfile/build-context.ts'
import type { Platform } from '../../image/descriptor.ts'
import { ImageError } from '../../image/errors.ts'
import { loadImage } from '../../image/image.ts'
import { familiarReference, parseReference, type Reference } from '../../image/reference.ts'
import { assert } from '../../std/assert.ts'
import type { Job } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { readBuildRequest, type RequestSurroundings } from '../build/read-request.ts'
import { wrongUsage } from '../errors.ts'
import { folderContext } from '../lint/folder-context.ts'
import type { SourceFile } from '../lint/source-file.ts'
import { buildLineOf } from './build-line.ts'
import type { SlimOptions } from './options.ts'

/** What is to be slimmed: a Dockerfile with its context, or an image with none. */
export interface SlimSource extends AsyncDisposable {
  readonly build: BuildRequest
  readonly platform: Platform
  readonly dockerfile: SourceFile
  /** Where the slim Dockerfile goes unless the line says otherwise; undefined: to standard output. */
  readonly outputPath: string | undefined
  /** What is in the context, where it is a folder. */
  readonly context: BuildContext | undefined
  /** How the card calls it. */
  readonly title: string
}

/** @throws what reading a build throws; CliError `wrong-usage` for several platforms */
export async function readSlimSource(
  word: string,
  options: SlimOptions,
  surroundings: RequestSurroundings,
): Promise<SlimSource> {
  const reference = await imageNamed(word)
  if (reference !== undefined && options.file === undefined) return await readImage(reference, options, surroundings)
  const read = await readBuildRequest(word, buildLineOf(options), surroundings)
  const { request, dockerfile } = read
  const { folder } = read.context
  const outputPath = dockerfile.path === undefined ? undefined : `${dockerfile.path}.slim`
  const close = async (): Promise<void> => await read[Symbol.asyncDispose]()
  return {
    ...{ build: request, platform: platformOf(request), dockerfile, outputPath, title: dockerfile.name },
    context: folder === undefined ? undefined : folderContext(folder, dockerfile.path),
    [Symbol.asyncDispose]: close,
  }
}

/** What is no folder and no file of this machine, and reads as the name of an image. */
async function imageNamed(word: string): Promise<Reference | undefined> {
  const isOther = word === '-' || word.includes('://') || /^(?:github\.com\/|git@|[./])/.test(word)
  if (isOther || (await stat(word).catch(() => undefined)) !== undefined) return undefined
  try {
    return parseReference(word)
  } catch (error) {
    if (error instanceof ImageError) return undefined
    throw error
  }
}

/** An image without its Dockerfile: one is written that begins with it. The date is the image's own. */
async function readImage(
  reference: Reference,
  options: SlimOptions,
  surroundings: RequestSurroundings,
): Promise<SlimSource> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await temporaryDirectory())
  const name = familiarReference(reference)
  await writeFile(join(folder.path, 'Dockerfile'), `FROM ${name} AS before\n`)
  const read = opened.use(await readBuildRequest(folder.path, buildLineOf(options), surroundings))
  const { request, dockerfile } = read
  const platform = platformOf(request)
  const created = await createdSeconds(request, name, platform, surroundings.job)
  const moved = opened.move()
  return {
    ...{ platform, outputPath: 'Dockerfile.slim', title: name, context: undefined },
    build: { ...request, dateSeconds: created ?? request.dateSeconds, context: undefined },
    dockerfile: { ...dockerfile, name: `the Dockerfile of ${name}` },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

async function createdSeconds(
  { images }: BuildRequest,
  name: string,
  platform: Platform,
  job: Job,
): Promise<number | undefined> {
  const { source, descriptor } = await images.resolve(name, platform, job)
  const { config } = await loadImage(source, descriptor, platform, job)
  const milliseconds = Date.parse(config.created ?? '')
  return Number.isFinite(milliseconds) ? Math.floor(milliseconds / 1000) : undefined
}

function platformOf({ platforms }: BuildRequest): Platform {
  const [platform, ...others] = platforms
  assert(platform !== undefined, 'a build for nothing')
  if (others.length > 0) wrongUsage('one platform is slimmed at a time', 'Run it once for each.')
  return platform
}
