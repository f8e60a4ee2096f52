import type { FoundImage, ImageResolver } from '../build/build-request.ts'
import type { ContentSource } from '../image/content.ts'
import type { Descriptor, Platform } from '../image/descriptor.ts'
import { ImageError } from '../image/errors.ts'
import { formatPlatform } from '../image/platform.ts'
import { familiarReference, formatReference, parseReference, type Reference } from '../image/reference.ts'
import { OperationError } from '../std/errors.ts'
import type { Job } from '../std/job.ts'
import type { LayoutStore } from '../store/layout-store.ts'
import { findStoredImage } from './stored-image.ts'

/** Where images are looked for. */
export interface ImagePlaces {
  readonly store: LayoutStore
  readonly registries: () => Promise<{ repository(reference: Reference): ContentSource }>
  /** `--pull`: registries are asked also for what the store has. */
  readonly pull: boolean
  /** Names of layouts, with {@link layoutPrefix}, that the line gives. A Dockerfile must not name further ones: they lie anywhere. */
  readonly layouts: ReadonlySet<string>
}

/** An image that a Dockerfile names and no place has. The code is that of the place that was asked last. */
export class MissingImageError extends OperationError {
  /** As the Dockerfile names it, with values for its variables. */
  readonly reference: string

  constructor(reference: string, message: string, cause: OperationError, hint = cause.hint) {
    super(cause.code, message, { cause, hint })
    this.reference = reference
  }
}

/** The beginning of names that stand for an image in the folder of a layout, as `--build-context` has them. */
export const layoutPrefix = 'oci-layout://'

/**
 * Finds images in the store, or else at their registry and its mirrors. Each name is asked for once: a tag that moves meanwhile
 * changes nothing.
 */
export function createImageResolver(places: ImagePlaces): ImageResolver & AsyncDisposable {
  const opened = new AsyncDisposableStack()
  const inStore = new Map<string, Promise<FoundImage | undefined>>()
  const elsewhere = new Map<string, Promise<FoundImage>>()
  return {
    async resolve(text, platform, job) {
      if (text.startsWith(layoutPrefix)) {
        if (!places.layouts.has(text)) throw layoutOfDockerfile(text)
        return await once(elsewhere, text, () => findInLayout(text, places.store, opened, job))
      }
      const reference = parseReference(text)
      const name = formatReference(reference)
      const key = `${name} ${formatPlatform(platform)}`
      const stored = places.pull
        ? undefined
        : await once(inStore, key, () => findInStore(reference, platform, places.store, job))
      return stored ?? (await once(elsewhere, name, () => findAtRegistry(text, reference, places, job)))
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

function layoutOfDockerfile(text: string): ImageError {
  return new ImageError('bad-name', `${text}: a Dockerfile cannot name a folder of this machine`, {
    hint: `Give it a name on the line: --build-context NAME=${text}.`,
  })
}

function once<Value>(known: Map<string, Promise<Value>>, key: string, find: () => Promise<Value>): Promise<Value> {
  const before = known.get(key)
  if (before !== undefined) return before
  const found = find()
  known.set(key, found)
  return found
}

async function findInStore(
  reference: Reference,
  platform: Platform,
  store: LayoutStore,
  job: Job,
): Promise<FoundImage | undefined> {
  const find = (): Promise<Descriptor> => store.resolve(reference, job)
  const stored = await findStoredImage(find, { platform, isRequired: true }, store, job)
  return stored === undefined ? undefined : { descriptor: stored.named, source: store }
}

async function findAtRegistry(
  text: string,
  reference: Reference,
  { registries, pull, store }: ImagePlaces,
  job: Job,
): Promise<FoundImage> {
  const source = (await registries()).repository(reference)
  try {
    return { descriptor: await source.resolve(reference, job), source }
  } catch (error) {
    if (!(error instanceof OperationError)) throw error
    const asked = pull ? '' : 'the store does not have it; '
    const message = `the image ${familiarReference(reference)} cannot be had: ${asked}${error.message}`
    const hints = [await hintOfStore(reference, store, job), error.hint].filter((hint) => hint !== undefined)
    throw new MissingImageError(text, message, error, hints.length === 0 ? undefined : hints.join(' '))
  }
}

/** Which of the store's images may have been meant. */
async function hintOfStore(reference: Reference, store: LayoutStore, job: Job): Promise<string | undefined> {
  try {
    await store.resolve(reference, job)
    return undefined
  } catch (error) {
    if (error instanceof ImageError && error.code === 'not-found') return error.hint
    throw error
  }
}

async function findInLayout(
  text: string,
  store: LayoutStore,
  opened: AsyncDisposableStack,
  job: Job,
): Promise<FoundImage> {
  const [{ openImageArchive }, { findArchivedImage }] = await Promise.all([
    import('../store/image-archive.ts'),
    import('./archived-image.ts'),
  ])
  const { path, name } = splitLayoutName(text.slice(layoutPrefix.length))
  const archive = opened.use(await openImageArchive(path, store.spoolPath, job))
  return { descriptor: findArchivedImage(archive, name, path).descriptor, source: archive }
}

/** `PATH`, `PATH:TAG` and `PATH@DIGEST`, as buildx has them. */
function splitLayoutName(text: string): { readonly path: string; readonly name: string | undefined } {
  const [, digestPath = '', digest] = /^(.*)@(sha(?:256|512):[0-9a-f]+)$/.exec(text) ?? []
  if (digest !== undefined) return { path: digestPath.replace(/:[\w.-]+$/, ''), name: digest }
  const [, path = text, tag] = /^(.*):([\w][\w.-]{0,127})$/.exec(text) ?? []
  return { path, name: tag }
}
