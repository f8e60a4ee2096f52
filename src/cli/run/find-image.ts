import type { Platform } from '../../image/descriptor.ts'
import { ImageError } from '../../image/errors.ts'
import { loadImage, type Image } from '../../image/image.ts'
import { formatPlatform, parsePlatform, samePlatform } from '../../image/platform.ts'
import { familiarReference, parseReference } from '../../image/reference.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import type { CommandContext } from '../context.ts'
import { findLocalImage } from '../../toolchain/local-image.ts'
import { fileMountMemory } from '../mount-memory.ts'
import { pullImage, usualPlatform } from '../pull-image.ts'
import { openRegistryClient } from '../registry-access.ts'
import type { RunOptions } from './options.ts'

type FindOptions = Pick<RunOptions, 'pull' | 'platform' | 'tls-verify' | 'ca-file'>

/**
 * The image to run: that of the store, or else (with `--pull always`: first of all) that of its registry, which is in the store then.
 *
 * @param word a name, or the beginning of an ID of the store.
 * @throws ImageError `not-found`, `bad-name`, `no-platform`; what pulling throws
 */
export async function findImage(
  word: string,
  options: FindOptions,
  store: LayoutStore,
  context: CommandContext,
): Promise<Image> {
  const asked = options.platform === undefined ? undefined : parsePlatform(options.platform)
  const platform = asked ?? usualPlatform(context.environment)
  const when = options.pull ?? 'missing'
  const stored = when === 'always' ? undefined : await findStored(word, asked, platform, store, context)
  if (stored !== undefined) return stored
  if (when === 'never') {
    const what = asked === undefined ? word : `${word} for ${formatPlatform(asked)}`
    throw new ImageError('not-found', `the store does not have ${what}`, {
      hint: 'Leave out --pull never, or see wherry images.',
    })
  }
  return await fetchImage(word, platform, options, store, context)
}

/** An image that is whole, and for the platform if one was asked for. */
async function findStored(
  word: string,
  asked: Platform | undefined,
  platform: Platform,
  store: LayoutStore,
  { job }: CommandContext,
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
  options: FindOptions,
  store: LayoutStore,
  context: CommandContext,
): Promise<Image> {
  const { job } = context
  const reference = parseReference(word)
  job.emit({ type: 'notice', level: 'info', message: `pulling ${familiarReference(reference)}` })
  const memory = fileMountMemory(context.environment)
  await using client = openRegistryClient(context, options, memory)
  const pulling = { platforms: [platform] as const, referrers: false }
  const descriptor = await pullImage(client.repository(reference), store, reference, pulling, job)
  await memory.save()
  return await loadImage(store, descriptor, platform, job)
}
