import { copyContent, indexDigestAnnotation, type CopyOptions } from '../../image/copy.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { ImageError } from '../../image/errors.ts'
import { isIndexMediaType } from '../../image/media-type.ts'
import { hostPlatform, parsePlatform, samePlatform } from '../../image/platform.ts'
import { familiarReference, formatReference, parseReference, type Reference } from '../../image/reference.ts'
import type { Repository } from '../../registry-client/repository.ts'
import type { Job } from '../../std/job.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import { defineCommand } from '../command.ts'
import { formatJson } from '../format/json.ts'
import { openLocalStore } from '../local-store.ts'
import { fileMountMemory } from '../mount-memory.ts'
import { openRegistryClient } from '../registry-access.ts'
import { chosenPlatforms, formatOption, platformOptions, referrersOption, registryOptions } from '../shared-options.ts'

export const definition = defineCommand(
  {
    arguments: {
      references: { kind: 'many', name: 'REF', summary: 'Image names, such as node:22 or localhost:5000/app@sha256:…' },
    },
    options: { ...platformOptions, ...referrersOption, ...formatOption, ...registryOptions },
    notes: [
      "Fetches the image for this machine's platform, or for DOCKER_DEFAULT_PLATFORM, unless told otherwise. What the " +
        'store has already is not fetched again, and what an interrupted pull has brought is kept.',
      'Prints the full name of each image with the digest that it has in the store. With --format json: a list of objects ' +
        'with reference, digest, mediaType and size (in bytes, of the manifest).',
    ],
    examples: [
      { line: 'wherry pull node:22', summary: 'Fetch an image from Docker Hub' },
      { line: 'wherry pull --platform linux/amd64,linux/arm64 debian:12', summary: 'Fetch two platforms of it' },
      { line: 'wherry pull --ca-file ca.pem registry.example.com/app:1', summary: 'Trust a private authority' },
    ],
  },
  async (context, { references }, options) => {
    const { job, output } = context
    const named = references.map(parseReference)
    const platforms = chosenPlatforms(options, defaultPlatform(context.environment))
    await using store = await openLocalStore(context)
    const memory = fileMountMemory(context.environment)
    await using client = openRegistryClient(context, options, memory)
    const pulled: Pulled[] = []
    for (const reference of named) {
      const repository = client.repository(reference)
      const descriptor = await pull(repository, store, reference, { platforms, referrers: options.referrers }, job)
      pulled.push({ reference, descriptor })
      if (options.format !== 'json') await output.write(`${nameWithDigest(reference, descriptor)}\n`)
    }
    await memory.save()
    if (options.format === 'json') await output.write(formatJson(pulled.map(pulledToJson)))
    return 0
  },
)

interface Pulled {
  readonly reference: Reference
  readonly descriptor: Descriptor
}

interface PullOptions {
  readonly platforms: CopyOptions['platforms']
  readonly referrers: boolean
}

async function pull(
  repository: Repository,
  store: LayoutStore,
  reference: Reference,
  { platforms, referrers }: PullOptions,
  job: Job,
): Promise<Descriptor> {
  // The store is looked at while the registry's answer is on its way.
  const [root, there] = await Promise.all([repository.resolve(reference, job), findWhole(store, reference, job)])
  if (there !== undefined && !referrers && isSame(there, root, platforms)) {
    job.emit({ type: 'notice', level: 'info', message: `${familiarReference(reference)}: already there` })
    return there
  }
  const options = { platforms, names: [reference], ...(referrers ? { referrers: repository } : {}) }
  return await copyContent(repository, store, root, options, job)
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

function defaultPlatform(environment: NodeJS.ProcessEnv) {
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

function nameWithDigest(reference: Reference, { digest }: Descriptor): string {
  return formatReference({ ...reference, digest })
}

function pulledToJson({ reference, descriptor }: Pulled) {
  return {
    reference: nameWithDigest(reference, descriptor),
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
    size: descriptor.size,
  }
}
