import type { Digest } from '../image/digest.ts'
import type { Layer } from '../image/image.ts'
import { OperationError } from '../std/errors.ts'
import { createJob, type Job } from '../std/job.ts'
import { hasAbandoned } from '../std/scratch-folder.ts'
import type { ContainerHost } from './container.ts'
import type { ContainerErrorCode } from './errors.ts'
import type { Connection } from './host/connection.ts'
import type { StartedWorker } from './host/start-worker.ts'

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
  const held = new Set<Digest>()
  const hold = async (layers: readonly Layer[], job: Job): Promise<void> => {
    const others = layers.filter(({ diffId }) => !held.has(diffId))
    if (others.length === 0) return
    await holdLayers(others, options.layersDirectory, connect(job), job)
    for (const { diffId } of others) held.add(diffId)
  }
  return {
    async open(layers, job, { observed } = {}) {
      await hold(layers, job)
      const connection = await connect(job)
      const { createRemoteContainer } = await import('./host/remote-container.ts')
      const layerIds = layers.map(({ diffId }) => diffId)
      const container = await connection.call('open', { layerIds, observed }, job)
      return createRemoteContainer(connection, container, hold)
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

const holdAttemptsMax = 5

/**
 * Indexes layers that are not indexed yet, while the process starts, and has it open them: it keeps them open to its end. It opens them by
 * their names, so somebody who prunes a layer in between has it indexed again.
 */
async function holdLayers(
  layers: readonly Layer[],
  directory: string,
  connecting: Promise<Connection>,
  job: Job,
): Promise<void> {
  connecting.catch(() => undefined)
  const { LayerPool } = await import('../filetree/layer-pool.ts')
  const layerIds = layers.map(({ diffId }) => diffId)
  for (let attempt = 1; ; attempt += 1) {
    await using pool = new LayerPool(directory)
    await pool.open(layers, job)
    const connection = await connecting
    try {
      await connection.call('holdLayers', { layerIds }, job)
      return
    } catch (error) {
      if (!isLayerGone(error) || attempt === holdAttemptsMax) throw error
    }
  }
}

function isLayerGone(error: unknown): boolean {
  const code: ContainerErrorCode = 'layer-gone'
  return error instanceof OperationError && error.code === code
}
