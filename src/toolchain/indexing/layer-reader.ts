import { decompress, type Compression } from '../../archive/compression.ts'
import { LayerIndexer } from '../../filetree/layer-indexer.ts'
import { DigestHasher, type Digest } from '../../image/digest.ts'
import { ByteQueue } from '../../std/byte-queue.ts'
import { OperationError } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'

/** What indexes a layer while its bytes come. That it cannot is no failure: whoever opens the layer says what is wrong with it. */
export interface LayerReader extends AsyncDisposable {
  /** Takes the next bytes, which must not change any more. Waits as long as there are enough that are not read yet. */
  push(chunk: Uint8Array): Promise<void>
  /** There are no more bytes, or nobody needs the index any more. */
  end(): void
  /** Puts the index in its place, when all bytes were pushed and are known to be right. Otherwise, nothing is left. */
  finish(): Promise<void>
}

/** Where a layer's index goes, and what its bytes are. */
export interface LayerReading {
  /** The cache folder of layer indexes. */
  readonly directory: string
  readonly compression: Compression
}

/** A tar that was read to its end, and its digest. */
interface ReadTar {
  readonly indexer: LayerIndexer
  readonly diffId: Digest
}

/** Reads a layer in this thread. */
export function createLayerReader(reading: LayerReading, job: Job): LayerReader {
  const queue = new ByteQueue()
  const read = readTar(queue, reading, job).finally(() => queue.end())
  return {
    push: (chunk) => queue.push(chunk),
    end: () => queue.end(),
    async finish() {
      const tar = await read
      if (tar !== undefined) await putInPlace(tar)
    },
    async [Symbol.asyncDispose]() {
      queue.end()
      const tar = await read
      await tar?.indexer[Symbol.asyncDispose]()
    },
  }
}

async function readTar(
  queue: ByteQueue,
  { directory, compression }: LayerReading,
  job: Job,
): Promise<ReadTar | undefined> {
  try {
    await using opened = new AsyncDisposableStack()
    const indexer = opened.use(await LayerIndexer.begin(directory, 'a layer', job))
    const hasher = new DigestHasher()
    for await (const chunk of decompress(queue, compression, job)) {
      hasher.update(chunk)
      await indexer.add(chunk)
    }
    opened.move()
    return { indexer, diffId: hasher.digest() }
  } catch {
    return undefined
  }
}

async function putInPlace({ indexer, diffId }: ReadTar): Promise<void> {
  try {
    const { tar } = await indexer.finish(diffId)
    await tar[Symbol.asyncDispose]()
  } catch (error) {
    if (!(error instanceof OperationError)) throw error
  }
}
