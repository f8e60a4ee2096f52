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
 * An image of the store, if nothing of it is missing and it is for the platform.
 *
 * @param find what has the name, or throws ImageError `not-found`
 * @throws what `find` throws otherwise; what {@link loadImage} throws
 */
export async function findStoredImage(
  find: () => Promise<Descriptor>,
  { platform, isRequired }: WantedPlatform,
  store: LayoutStore,
  job: Job,
): Promise<StoredImage | undefined> {
  try {
    const named = await find()
    const image = await loadImage(store, named, platform, job)
    if (isRequired && !isFor(image, platform)) return undefined
    return (await store.isWhole(image.descriptor, job)) ? { named, image } : undefined
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
