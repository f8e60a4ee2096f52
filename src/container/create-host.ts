import type { Digest } from '../image/digest.ts'
import type { Layer } from '../image/image.ts'
import { createJob, type Job } from '../std/job.ts'
import type { ContainerHost } from './container.ts'
import type { Connection } from './host/connection.ts'
import type { StartedWorker } from './host/start-worker.ts'
import { hasAbandoned } from './worker/scratch-folder.ts'

/** Where containers keep what they need. */
export interface ContainerHostOptions {
  /** The cache folder of layer indexes, as {@link indexLayer} has it. */
  readonly layersDirectory: string
  /** For what containers write; on a file system that overlayfs can write to. Made where it is not there. */
  readonly scratchDirectory: string
}

/**
 * Containers in a process of their own, which starts with the first of them: whoever opens none pays nothing.
 *
 * @throws ContainerError `no-namespaces`, `host-ended` with the first container that is opened
 */
export function createContainerHost(options: ContainerHostOptions): ContainerHost {
  let started: Promise<StartedWorker> | undefined
  let connected: Promise<Connection> | undefined
  const start = (): Promise<StartedWorker> => (started ??= startLoaded())
  const connect = (job: Job): Promise<Connection> =>
    (connected ??= start().then((worker) => connectLoaded(worker, options, job)))
  /** What the process has opened, it holds open to its end. */
  const held = new Set<Digest>()
  const index = (layers: readonly Layer[], job: Job): Promise<AsyncDisposable> => {
    const others = layers.filter(({ diffId }) => !held.has(diffId))
    return indexAll(others, options.layersDirectory, job)
  }
  return {
    async open(layers, job, { observed } = {}) {
      // The process starts while layers are indexed that are not yet.
      const connecting = connect(job)
      connecting.catch(() => undefined)
      const { createRemoteContainer } = await import('./host/remote-container.ts')
      await using _ = await index(layers, job)
      const connection = await connecting
      const layerIds = layers.map(({ diffId }) => diffId)
      const container = await connection.call('open', { layerIds, observed }, job)
      for (const diffId of layerIds) held.add(diffId)
      return createRemoteContainer(connection, container, index)
    },
    async openNetwork(kind, job) {
      const connection = await connect(job)
      const network = await connection.call('openNetwork', { kind }, job)
      const always = createJob()
      const close = async (): Promise<void> => {
        await connection.call('closeNetwork', { network }, always).catch(() => undefined)
      }
      return { kind, number: network, [Symbol.asyncDispose]: close }
    },
    async prepare() {
      await start().catch(() => undefined)
    },
    async remove(paths, job) {
      await (await connect(job)).call('remove', { paths: [...paths] }, job)
    },
    async removeAbandoned(job) {
      if (await hasAbandoned(options.scratchDirectory)) await (await connect(job)).call('removeAbandoned', {}, job)
    },
    async removeUnpacked(keep, job) {
      await (await connect(job)).call('removeUnpacked', { keep: [...keep] }, job)
    },
    async [Symbol.asyncDispose]() {
      const worker = await started?.catch(() => undefined)
      await worker?.[Symbol.asyncDispose]()
    },
  }
}

/** What only containers need is loaded with the first of them. */
async function startLoaded(): Promise<StartedWorker> {
  const { startWorker } = await import('./host/start-worker.ts')
  return startWorker()
}

async function connectLoaded(worker: StartedWorker, options: ContainerHostOptions, job: Job): Promise<Connection> {
  const { connectWorker } = await import('./host/connect-worker.ts')
  return await connectWorker(worker, options, job)
}

/** Indexes layers that are not indexed yet. What it gives holds them open, so that nobody prunes them meanwhile. */
async function indexAll(layers: readonly Layer[], directory: string, job: Job): Promise<AsyncDisposable> {
  const { LayerPool } = await import('../filetree/layer-pool.ts')
  await using stack = new AsyncDisposableStack()
  await stack.use(new LayerPool(directory)).open(layers, job)
  return stack.move()
}
