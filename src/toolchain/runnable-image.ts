import type { Platform } from '../image/descriptor.ts'
import { ImageError } from '../image/errors.ts'
import { loadImage, type Image } from '../image/image.ts'
import { formatPlatform, samePlatform } from '../image/platform.ts'
import { familiarReference, parseReference } from '../image/reference.ts'
import type { Job } from '../std/job.ts'
import type { LayoutStore } from '../store/layout-store.ts'
import { findLocalImage } from './local-image.ts'
import { pullImage, usualPlatform } from './pull-image.ts'
import type { Toolchain } from './toolchain.ts'

/** Which image is run, of those that have the name. */
export interface RunnableSettings {
  /** By default that of `DOCKER_DEFAULT_PLATFORM` or of this machine; but what the store has under the name is taken as it is. */
  readonly platform?: Platform | undefined
  /** When the registry is asked: by default where the store has none. */
  readonly pull?: 'missing' | 'always' | 'never' | undefined
}

/**
 * The image to run: that of the store, or else (with `always`: first of all) that of its registry, which is in the store then.
 *
 * @param word a name, or the beginning of an ID of the store
 * @throws ImageError `not-found`, `bad-name`, `no-platform`; what pulling throws
 */
export async function findRunnable(
  word: string,
  { platform: asked, pull = 'missing' }: RunnableSettings,
  toolchain: Pick<Toolchain, 'store' | 'registries' | 'mounts' | 'environment' | 'folders'>,
  job: Job,
): Promise<Image> {
  const platform = asked ?? usualPlatform(toolchain.environment)
  const stored = pull === 'always' ? undefined : await findStored(word, asked, platform, toolchain.store, job)
  if (stored !== undefined) return stored
  if (pull === 'never') {
    const what = asked === undefined ? word : `${word} for ${formatPlatform(asked)}`
    throw new ImageError('not-found', `the store does not have ${what}`, {
      hint: 'Leave out --pull never, or see wherry images.',
    })
  }
  return await fetchImage(word, platform, toolchain, job)
}

/** An image that is whole, and for the platform if one was asked for. */
async function findStored(
  word: string,
  asked: Platform | undefined,
  platform: Platform,
  store: LayoutStore,
  job: Job,
): Promise<Image | undefined> {
  try {
    const { descriptor } = await findLocalImage(store, word, job)
    const image = await loadImage(store, descriptor, platform, job)
    const { os, architecture, variant } = image.config
    const isOther =
      asked !== undefined &&
      !samePlatform({ os, architecture, variant }, asked) &&
      !samePlatform({ os, architecture }, asked)
    return isOther || !(await store.isWhole(image.descriptor, job)) ? undefined : image
  } catch (error) {
    if (error instanceof ImageError && (error.code === 'not-found' || error.code === 'no-platform')) return undefined
    throw error
  }
}

async function fetchImage(
  word: string,
  platform: Platform,
  { store, registries, mounts, folders }: Pick<Toolchain, 'store' | 'registries' | 'mounts' | 'folders'>,
  job: Job,
): Promise<Image> {
  const reference = parseReference(word)
  job.emit({ type: 'notice', level: 'info', message: `pulling ${familiarReference(reference)}` })
  const client = await registries(false)
  const pulling = { platforms: [platform] as const, referrers: false, indexDirectory: folders.layers }
  const descriptor = await pullImage(client.repository(reference), store, reference, pulling, job)
  await mounts.save()
  return await loadImage(store, descriptor, platform, job)
}
