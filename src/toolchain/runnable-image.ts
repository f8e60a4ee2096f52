import type { Descriptor, Platform } from '../image/descriptor.ts'
import { ImageError } from '../image/errors.ts'
import { loadImage, type Image } from '../image/image.ts'
import { formatPlatform } from '../image/platform.ts'
import { familiarReference, parseReference } from '../image/reference.ts'
import type { Job } from '../std/job.ts'
import { findLocalImage } from './local-image.ts'
import { pullImage, usualPlatform } from './pull-image.ts'
import { findStoredImage } from './stored-image.ts'
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
  if (pull !== 'always') {
    const { store } = toolchain
    const find = async (): Promise<Descriptor> => (await findLocalImage(store, word, job)).descriptor
    const stored = await findStoredImage(find, { platform, isRequired: asked !== undefined }, store, job)
    if (stored !== undefined) return stored.image
  }
  if (pull === 'never') {
    const what = asked === undefined ? word : `${word} for ${formatPlatform(asked)}`
    throw new ImageError('not-found', `the store does not have ${what}`, {
      hint: 'Leave out --pull never, or see wherry images.',
    })
  }
  return await fetchImage(word, platform, toolchain, job)
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
