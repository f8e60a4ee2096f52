import { copyContent, indexDigestAnnotation, type CopyOptions } from '../image/copy.ts'
import type { Descriptor, Platform } from '../image/descriptor.ts'
import { ImageError } from '../image/errors.ts'
import { isIndexMediaType } from '../image/media-type.ts'
import { hostPlatform, parsePlatform, samePlatform } from '../image/platform.ts'
import { familiarReference, type Reference } from '../image/reference.ts'
import type { Repository } from '../registry-client/repository.ts'
import type { Job } from '../std/job.ts'
import type { LayoutStore } from '../store/layout-store.ts'
import { indexingSink } from './indexing-sink.ts'

/** What of an image is fetched. */
export interface PullOptions {
  readonly platforms: CopyOptions['platforms']
  readonly referrers: boolean
  /** Where layers are indexed while they come: for an image that is opened next. */
  readonly indexDirectory?: string
}

/**
 * Fetches an image into the store, unless that has it already.
 *
 * @returns what the store has under the name then.
 * @throws what {@link copyContent} and the repository throw
 */
export async function pullImage(
  repository: Repository,
  store: LayoutStore,
  reference: Reference,
  { platforms, referrers, indexDirectory }: PullOptions,
  job: Job,
): Promise<Descriptor> {
  // The store is looked at while the registry's answer is on its way.
  const [root, there] = await Promise.all([repository.resolve(reference, job), findWhole(store, reference, job)])
  if (there !== undefined && !referrers && isSame(there, root, platforms)) {
    job.emit({ type: 'notice', level: 'info', message: `${familiarReference(reference)}: already there` })
    return there
  }
  const options = { platforms, names: [reference], ...(referrers ? { referrers: repository } : {}) }
  if (indexDirectory === undefined) return await copyContent(repository, store, root, options, job)
  await using sink = indexingSink(store, indexDirectory)
  return await copyContent(repository, sink, root, options, job)
}

/**
 * Whether the image in the store is what a pull would bring: the very manifest, or the image for the one wanted platform
 * out of the very index, of which the store has noted the digest.
 */
function isSame(there: Descriptor, root: Descriptor, platforms: PullOptions['platforms']): boolean {
  if (there.digest === root.digest) return platforms === 'all' || !isIndexMediaType(root.mediaType)
  if (platforms === 'all' || platforms.length > 1 || there.platform === undefined) return false
  return there.annotations?.[indexDigestAnnotation] === root.digest && samePlatform(there.platform, platforms[0])
}

/** The platform that is meant where the line names none. @throws ImageError `bad-name` */
export function usualPlatform(environment: NodeJS.ProcessEnv): Platform {
  const named = environment['DOCKER_DEFAULT_PLATFORM'] ?? ''
  return named === '' ? hostPlatform() : parsePlatform(named)
}

/** What the store has under a name, if nothing of it is missing. */
async function findWhole(store: LayoutStore, reference: Reference, job: Job): Promise<Descriptor | undefined> {
  try {
    const descriptor = await store.resolve(reference, job)
    return (await store.isWhole(descriptor, job)) ? descriptor : undefined
  } catch (error) {
    if (error instanceof ImageError && error.code === 'not-found') return undefined
    throw error
  }
}
