import { join } from 'node:path'
import type { NotMeasured, Trial, TrialPair, TrialRow } from '../../compare/measure-times.ts'
import { indexLayer } from '../../filetree/index-layer.ts'
import type { ContentSink } from '../../image/content.ts'
import { copyContent } from '../../image/copy.ts'
import { loadImage, type Image } from '../../image/image.ts'
import { hostPlatform } from '../../image/platform.ts'
import type { Reference } from '../../image/reference.ts'
import type { RegistryClient } from '../../registry-client/client.ts'
import { forEachConcurrently } from '../../std/concurrency.ts'
import { createJob, type Job } from '../../std/job.ts'
import { openScratchFolder } from '../../std/scratch-folder.ts'
import { openStore } from '../../store/layout-store.ts'
import type { MeasuredRegistry } from './measure-request.ts'
import { bring, emptyRepository, measuringRepository } from './measuring-repository.ts'
import type { SentImage } from '../../toolchain/compared-image.ts'
import { toldTrial } from './told-trial.ts'

/** What pushing and pulling is measured with. */
export interface TransferSettings {
  readonly registry: MeasuredRegistry
  /** What a node, or the registry, has already. */
  readonly present: readonly SentImage[]
  readonly presentNames: readonly string[]
  /** On the file system of the store. Made where it is not there. */
  readonly scratchDirectory: string
  /** A client without connections and without a memory: as slow as the machine that is imitated, or not. */
  readonly createClient: (isMeasured: boolean) => RegistryClient
}

/** Pushing and pulling two images. Disposing of it deletes what was pushed. */
export interface TransferPairs extends AsyncDisposable {
  readonly pairs: readonly TrialPair[]
}

type Side = SentImage | NotMeasured | undefined

const cleaningMs = 60_000

/**
 * Pushing and pulling two images, to be measured: into a new repository each time, and from one into a new store; and the same once more
 * where some images are there already, if there are.
 */
export function transferPairs(before: Side, after: Side, settings: TransferSettings, job: Job): TransferPairs {
  const repositories = new Repositories(settings, job)
  const pairOf = (rows: readonly TrialRow[], trial: (side: SentImage) => Trial): TrialPair => {
    const of = (side: Side, name: string): Trial | NotMeasured | undefined =>
      side === undefined || 'why' in side ? side : toldTrial(`${rows[0]?.name}, ${name}`, trial(side))
    return { rows, before: of(before, 'before'), after: of(after, 'after') }
  }
  const ways = settings.present.length === 0 ? [cold] : [cold, withPresent(settings)]
  const pairs = ways.flatMap(({ suffix, words, present }) => [
    pairOf(pushRows(suffix, words, settings.registry), (image) => pushTrial(image, present, suffix, repositories)),
    pairOf(pullRows(suffix, words, settings.registry), (image) => pullTrial(image, present, suffix, repositories)),
  ])
  return { pairs, [Symbol.asyncDispose]: () => repositories[Symbol.asyncDispose]() }
}

/** What is there already, and how that is called. */
interface Way {
  readonly suffix: string
  readonly words: string
  readonly present: readonly SentImage[]
}

const cold: Way = { suffix: '', words: '', present: [] }

function withPresent({ present, presentNames }: TransferSettings): Way {
  return { suffix: '-present', words: `, with ${presentNames.join(', ')}`, present }
}

function pushRows(suffix: string, words: string, { registry }: MeasuredRegistry): readonly TrialRow[] {
  const method = `wherry push to a new repository of ${registry}, over new connections`
  return [
    { id: `push.time${suffix}`, name: `push${words}`, unit: 'milliseconds', method },
    {
      id: `push.sent${suffix}`,
      name: `bytes sent${words}`,
      unit: 'bytes',
      method: 'blobs and manifests of that push, without headers',
    },
  ]
}

function pullRows(suffix: string, words: string, { registry }: MeasuredRegistry): readonly TrialRow[] {
  return [
    {
      id: `pull.time${suffix}`,
      name: `pull${words}`,
      unit: 'milliseconds',
      method: `wherry pull from ${registry} into a new store, over new connections, until everything is checked and on disk`,
    },
    {
      id: `pull.unpack${suffix}`,
      name: `unpack${words}`,
      unit: 'milliseconds',
      method: 'the layers of that pull decompressed and indexed, until a container can be started from them',
    },
  ]
}

/** Keeps repositories in which images are, and empties them. */
class Repositories implements AsyncDisposable {
  readonly settings: TransferSettings
  /** A client that is as fast as it can be, for what is not measured. */
  readonly #client: RegistryClient
  readonly #job: Job
  readonly #filled = new Map<SentImage, Promise<Reference>>()

  constructor(settings: TransferSettings, job: Job) {
    this.settings = settings
    this.#job = job
    this.#client = settings.createClient(false)
  }

  /** A repository that holds these images. */
  async fill(images: readonly SentImage[], job: Job): Promise<Reference> {
    const repository = measuringRepository(this.settings.registry)
    for (const image of images) await bring(image, repository, this.#client, job)
    return repository
  }

  /** The repository that holds an image for everybody who pulls it. */
  async holding(image: SentImage, job: Job): Promise<Reference> {
    const known = this.#filled.get(image) ?? this.fill([image], job)
    this.#filled.set(image, known)
    return await known
  }

  /** Also of a job that was cancelled. What the registry does not delete is told. */
  async empty(repository: Reference, images: readonly SentImage[]): Promise<void> {
    const cleaning = createJob({ signal: AbortSignal.timeout(cleaningMs), limits: this.#job.limits })
    if (await emptyRepository(repository, images, this.#client, cleaning)) return
    const name = `${repository.registry}/${repository.repository}`
    const message = `${name} stays: the registry does not let us delete what was pushed to measure`
    this.#job.emit({ type: 'notice', level: 'warning', message })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [image, filled] of this.#filled) {
      const repository = await filled.catch(() => undefined)
      if (repository !== undefined) await this.empty(repository, [image])
    }
    await this.#client[Symbol.asyncDispose]()
  }
}

function pushTrial(image: SentImage, present: readonly SentImage[], suffix: string, repositories: Repositories): Trial {
  return async (job) => {
    const quiet = quietly(job)
    await using opened = new AsyncDisposableStack()
    const repository = await repositories.fill(present, quiet)
    opened.defer(() => repositories.empty(repository, [image, ...present]))
    const client = opened.use(repositories.settings.createClient(true))
    const sink = countingSink(client.repository(repository, 'push'))
    const options = { platforms: 'all', names: [repository] } as const
    const startedMs = performance.now()
    await copyContent(image.source, sink, image.image.descriptor, options, quiet)
    return { [`push.time${suffix}`]: performance.now() - startedMs, [`push.sent${suffix}`]: sink.sentBytes() }
  }
}

function pullTrial(image: SentImage, present: readonly SentImage[], suffix: string, repositories: Repositories): Trial {
  return async (job) => {
    const quiet = quietly(job)
    const name = await repositories.holding(image, quiet)
    const { createClient, scratchDirectory } = repositories.settings
    await using folder = await openScratchFolder(scratchDirectory)
    await using store = await openStore(join(folder.path, 'store'), quiet)
    for (const each of present) {
      await copyContent(each.source, store, each.image.descriptor, { platforms: 'all', names: [] }, quiet)
      await unpack(each.image, store.layersPath, quiet)
    }
    await using client = createClient(true)
    const repository = client.repository(name)
    const startedMs = performance.now()
    const root = await repository.resolve(name, quiet)
    const options = { platforms: 'all', names: [name] } as const
    const pulled = await copyContent(repository, store, root, options, quiet)
    const pulledMs = performance.now()
    await unpack(await loadImage(store, pulled, hostPlatform(), quiet), store.layersPath, quiet)
    return {
      [`pull.time${suffix}`]: pulledMs - startedMs,
      [`pull.unpack${suffix}`]: performance.now() - pulledMs,
    }
  }
}

/** Indexes layers as the start of a container does. */
async function unpack({ layers }: Image, directory: string, job: Job): Promise<void> {
  const different = new Map(layers.map((layer) => [layer.diffId, layer]))
  await forEachConcurrently(different.values(), job.limits.transfersMax, job, async (layer, inner) => {
    await using _ = await indexLayer(layer, directory, inner)
  })
}

/** Nobody wants to see the blobs of ten pushes. */
function quietly(job: Job): Job {
  return createJob({ signal: job.signal, limits: job.limits, clock: job.clock })
}

/** A sink that counts what is read to be written to it. */
function countingSink(sink: ContentSink): ContentSink & { sentBytes(): number } {
  let sentBytes = 0
  return {
    has: (descriptor, job) => sink.has(descriptor, job),
    write: (descriptor, open, job) => {
      const counted = async (offset: number): Promise<AsyncIterable<Uint8Array>> => {
        const bytes = await open(offset)
        return (async function* () {
          for await (const chunk of bytes) {
            sentBytes += chunk.length
            yield chunk
          }
        })()
      }
      return sink.write(descriptor, counted, job)
    },
    async tag(reference, descriptor, manifest, job) {
      await sink.tag(reference, descriptor, manifest, job)
      sentBytes += manifest.length
    },
    sentBytes: () => sentBytes,
  }
}
