import type { Descriptor, Platform } from '../image/descriptor.ts'
import { ImageError } from '../image/errors.ts'
import { loadImage, type Image } from '../image/image.ts'
import { samePlatform } from '../image/platform.ts'
import type { Job } from '../std/job.ts'
import type { LayoutStore } from '../store/layout-store.ts'

/** Which of an index's images is meant, and whether another one will not do. */
export interface WantedPlatform {
  readonly platform: Platform
  readonly isRequired: boolean
}

/** An image that the store has under a name. */
export interface StoredImage {
  /** What has the name: perhaps an index, with the image in it. */
  readonly named: Descriptor
  readonly image: Image
}

/**
 * An image of the store, if nothing of it is missing and it is for the platform. It stays in the store until that is closed, also when its
 * name is given to another one and what it had is pruned.
 *
 * @param find what has the name, or throws ImageError `not-found`; asked again where that moves meanwhile
 * @throws what `find` throws otherwise; what {@link loadImage} throws
 */
export async function findStoredImage(
  find: () => Promise<Descriptor>,
  { platform, isRequired }: WantedPlatform,
  store: LayoutStore,
  job: Job,
): Promise<StoredImage | undefined> {
  let named: Descriptor | undefined
  for (;;) {
    const before = named
    named = await unlessMissing(find)
    if (named === undefined || named.digest === before?.digest) return undefined
    const image = await loadWhole(named, platform, store, job)
    if (image === undefined) continue
    return isRequired && !isFor(image, platform) ? undefined : { named, image }
  }
}

/** Undefined where something is missing. What an index has for other platforms may be. */
async function loadWhole(
  named: Descriptor,
  platform: Platform,
  store: LayoutStore,
  job: Job,
): Promise<Image | undefined> {
  return await unlessMissing(async () => {
    const isWhole = await store.has(named, job)
    const image = await loadImage(store, named, platform, job)
    return isWhole || (await store.isWhole(image.descriptor, job)) ? image : undefined
  })
}

async function unlessMissing<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ImageError && (error.code === 'not-found' || error.code === 'no-platform')) return undefined
    throw error
  }
}

/** Configs often leave the variant out. */
function isFor({ config: { os, architecture, variant } }: Image, platform: Platform): boolean {
  if (variant !== undefined) return samePlatform({ os, architecture, variant }, platform)
  return samePlatform({ os, architecture }, { os: platform.os, architecture: platform.architecture })
}
