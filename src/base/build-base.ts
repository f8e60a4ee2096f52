import { join } from 'node:path'
import type { ContentSink } from '../image/content.ts'
import type { Descriptor, Platform } from '../image/descriptor.ts'
import type { Digest } from '../image/digest.ts'
import type { Reference } from '../image/reference.ts'
import type { Job } from '../std/job.ts'
import { byteStream } from '../std/bytes.ts'
import { platformOf } from './architecture.ts'
import { openBuildCache } from './cache/build-cache.ts'
import { checkLock } from './chain/check-lock.ts'
import { settingsOf } from './chain/settings.ts'
import { configureImage } from './configure/configure-image.ts'
import { checkRootSandbox } from './configure/root-sandbox.ts'
import { BaseError } from './errors.ts'
import { assembleImage, type AssembledLayer } from './image/assemble-image.ts'
import { dateOf, imageConfig, imageIndex, imageManifest, type WrittenDocument } from './image/documents.ts'
import { lockBase, openBaseRepository, type BaseLock, type BaseSourceOptions } from './lock.ts'
import type { LockedImage, LockedPackage } from './locked-packages.ts'
import { providersInPlaceOfScripts } from './provide/providers.ts'
import type { RecipeChain } from './recipe.ts'

/** How to build a base image, and where it goes. */
export interface BuildBaseOptions extends BaseSourceOptions {
  readonly sink: ContentSink
  /** The names that it gets; without any it is written and not named. */
  readonly references: readonly Reference[]
  /** Takes exactly these packages, and resolves nothing. */
  readonly lock?: BaseLock | undefined
  /** SOURCE_DATE_EPOCH: no time in the image is later. By default the time of the newest file in its packages. */
  readonly dateMs?: number | undefined
}

/** A layer of a base image: what one recipe of the chain made. */
export interface BuiltLayer {
  /** The name of the recipe. */
  readonly name: string
  readonly descriptor: Descriptor
  readonly diffId: Digest
  /** Of the plain tar. */
  readonly tarBytes: number
  readonly packages: readonly LockedPackage[]
}

/** A base image of one platform. */
export interface BuiltBaseImage {
  readonly platform: Platform
  /** Of its manifest. */
  readonly descriptor: Descriptor
  /** The time of the newest file. */
  readonly dateMs: number
  readonly layers: readonly BuiltLayer[]
  /** Of all layers. */
  readonly packages: readonly LockedPackage[]
}

/** What was built. */
export interface BuiltBase {
  /** Of the manifest, or of the index where there are several platforms. */
  readonly descriptor: Descriptor
  readonly images: readonly BuiltBaseImage[]
  /** What it was built from: the lock that was given, or a new one. */
  readonly lock: BaseLock
}

/**
 * Builds a recipe's image from Debian's packages, writes it into a sink and names it. One architecture gives an image, several
 * give an index. The same packages and recipe give the same bytes.
 *
 * @throws BaseError, DebianError, ImageError, and what the sink throws
 */
export async function buildBase(chain: RecipeChain, options: BuildBaseOptions, job: Job): Promise<BuiltBase> {
  if (settingsOf(chain).runsScripts) checkRootSandbox(chain.name)
  const lock = options.lock ?? (await lockBase(chain, options, job))
  checkLock(lock, chain, options)
  const images: BuiltBaseImage[] = []
  let document: WrittenDocument | undefined
  for (const image of wantedImages(lock, options)) {
    const built = await buildImage(chain, lock, image, options, job)
    document = built.document
    images.push(built.image)
  }
  if (document === undefined) throw new BaseError('lock-differs', 'the lock has no image')
  if (images.length > 1) {
    const dated = images.map((image) => ({ ...image, dateSeconds: image.dateMs / 1000 }))
    document = imageIndex(chain, lock.suite, dated)
  }
  const { descriptor, bytes } = document
  await writeDocument(document, options.sink, job)
  for (const reference of options.references) await options.sink.tag(reference, descriptor, bytes, job)
  return { descriptor, images, lock }
}

function wantedImages(lock: BaseLock, { architectures }: BuildBaseOptions): readonly LockedImage[] {
  if (architectures === undefined) return lock.images
  return lock.images.filter(({ architecture }) => architectures.includes(architecture))
}

async function buildImage(
  chain: RecipeChain,
  lock: BaseLock,
  image: LockedImage,
  options: BuildBaseOptions,
  job: Job,
): Promise<{ readonly image: BuiltBaseImage; readonly document: WrittenDocument }> {
  const debs = await fetchPackages(chain, lock, image, options, job)
  await using folders = await openBuildCache(join(options.cacheFolder, 'base'))
  const latestSeconds = options.dateMs === undefined ? undefined : Math.floor(options.dateMs / 1000)
  const fallbackSeconds = Math.floor(lock.dateMs / 1000)
  const { sink } = options
  const parts = { chain, image, debs, folders, sink, latestSeconds, fallbackSeconds }
  const layers = settingsOf(chain).runsScripts
    ? await configureImage({ ...parts, suite: lock.suite }, job)
    : await assembleImage({ ...parts, providers: providersInPlaceOfScripts }, job)
  const platform = platformOf(image.architecture)
  const config = imageConfig(chain, lock.suite, platform, layers)
  const manifest = imageManifest(chain, lock.suite, config.descriptor, layers)
  await writeDocument(config, sink, job)
  await writeDocument(manifest, sink, job)
  return {
    document: manifest,
    image: {
      platform,
      descriptor: manifest.descriptor,
      dateMs: dateOf(layers) * 1000,
      layers: layers.map(builtLayer),
      packages: layers.flatMap(({ locked }) => locked.packages),
    },
  }
}

async function fetchPackages(
  chain: RecipeChain,
  lock: BaseLock,
  image: LockedImage,
  options: BuildBaseOptions,
  job: Job,
): Promise<ReadonlyMap<string, string>> {
  const packages = image.layers.flatMap((layer) => layer.packages)
  await using repository = await openBaseRepository(chain, image.architecture, { ...options, suite: lock.suite }, job)
  const paths = await repository.fetchPackages(packages, job)
  return new Map(packages.map(({ file }, index) => [file.sha256, paths[index] ?? '']))
}

function builtLayer({ locked, descriptor, diffId, tarBytes }: AssembledLayer): BuiltLayer {
  return { name: locked.name, descriptor, diffId, tarBytes, packages: locked.packages }
}

async function writeDocument({ descriptor, bytes }: WrittenDocument, sink: ContentSink, job: Job): Promise<void> {
  await sink.write(descriptor, async (offset) => byteStream(bytes.subarray(offset)), job)
}
