import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildRequest } from '../build/build-request.ts'
import type { BuildContext } from '../dockerfile/build-context.ts'
import type { Platform } from '../image/descriptor.ts'
import { ImageError } from '../image/errors.ts'
import { loadImage } from '../image/image.ts'
import { familiarReference, parseReference, type Reference } from '../image/reference.ts'
import { assert } from '../std/assert.ts'
import type { Job } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import type { BuildSettings } from './build-settings.ts'
import { badRequest } from './errors.ts'
import { folderContext } from './folder-context.ts'
import { openBuild } from './open-build.ts'
import type { SourceFile } from './source-file.ts'
import type { Toolchain } from './toolchain.ts'

/** What is to be slimmed: a Dockerfile with its context, or an image with none. */
export interface SlimSource extends AsyncDisposable {
  readonly build: BuildRequest
  readonly platform: Platform
  readonly dockerfile: SourceFile
  /** Where the slim Dockerfile goes unless somebody says otherwise; undefined: nowhere. */
  readonly outputPath: string | undefined
  /** What is in the context, where it is a folder. */
  readonly context: BuildContext | undefined
  /** How the card calls it. */
  readonly title: string
}

/**
 * Opens what is to be slimmed.
 *
 * @param place a context as builds have it, or the name of an image
 * @throws what opening a build throws; ToolchainError `bad-request` for several platforms
 */
export async function openSlimSource(
  place: string,
  settings: BuildSettings,
  toolchain: Toolchain,
  job: Job,
): Promise<SlimSource> {
  const reference = settings.file === undefined ? await imageNamed(place) : undefined
  if (reference !== undefined) return await openImage(reference, settings, toolchain, job)
  const opened = await openBuild(place, settings, toolchain, job)
  const { request, dockerfile } = opened
  const { folder } = opened.context
  const outputPath = dockerfile.path === undefined ? undefined : `${dockerfile.path}.slim`
  const close = async (): Promise<void> => await opened[Symbol.asyncDispose]()
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
async function openImage(
  reference: Reference,
  settings: BuildSettings,
  toolchain: Toolchain,
  job: Job,
): Promise<SlimSource> {
  await using held = new AsyncDisposableStack()
  const folder = held.use(await temporaryDirectory())
  const name = familiarReference(reference)
  await writeFile(join(folder.path, 'Dockerfile'), `FROM ${name} AS before\n`)
  const { request, dockerfile } = held.use(await openBuild(folder.path, settings, toolchain, job))
  const platform = platformOf(request)
  const created = await createdSeconds(request, name, platform, job)
  const moved = held.move()
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
  if (others.length > 0) badRequest('one platform is slimmed at a time', 'Run it once for each.')
  return platform
}
