import { decompress, type Compression } from '../archive/compression.ts'
import { LayerIndexer } from '../filetree/layer-indexer.ts'
import type { ContentSink, OpenContent } from '../image/content.ts'
import { DigestHasher, type Digest } from '../image/digest.ts'
import { layerCompression } from '../image/media-type.ts'
import { ByteQueue } from '../std/byte-queue.ts'
import type { ByteStream } from '../std/bytes.ts'
import { OperationError } from '../std/errors.ts'
import type { Job } from '../std/job.ts'

/**
 * Writes to a sink, and indexes layers while they come, for an image that is opened next: most networks are slower than indexing is. That
 * a layer is not indexed on the way, or cannot be, is no failure: whoever opens it does that, and says what is wrong.
 *
 * @param directory the cache folder of layer indexes
 */
export function indexingSink(sink: ContentSink, directory: string): ContentSink {
  return {
    has: (descriptor, job) => sink.has(descriptor, job),
    tag: (reference, descriptor, manifest, job) => sink.tag(reference, descriptor, manifest, job),
    async write(descriptor, open, job) {
      const compression = layerCompression(descriptor.mediaType)
      if (compression === undefined) return await sink.write(descriptor, open, job)
      await using indexing = new PassingIndex(directory, compression, job)
      await sink.write(descriptor, (offsetBytes) => indexing.open(open, offsetBytes), job)
      await indexing.finish()
    },
  }
}

/** A tar that was read to its end, and its digest. */
interface ReadTar {
  readonly indexer: LayerIndexer
  readonly diffId: Digest
}

/** A layer that is fetched, and read by an indexer at the same time. */
class PassingIndex implements AsyncDisposable {
  readonly #directory: string
  readonly #compression: Compression
  readonly #job: Job
  readonly #queue = new ByteQueue()
  #reading: Promise<ReadTar | undefined> | undefined
  /** Whether the indexer got all bytes, from the first to the last. */
  #isWhole = false

  constructor(directory: string, compression: Compression, job: Job) {
    this.#directory = directory
    this.#compression = compression
    this.#job = job
  }

  /** What is taken up in the middle is not indexed. */
  async open(open: OpenContent, offsetBytes: number): Promise<ByteStream> {
    const stream = await open(offsetBytes)
    if (offsetBytes > 0 || this.#reading !== undefined) {
      this.#isWhole = false
      return stream
    }
    this.#reading = this.#read()
    return this.#passOn(stream)
  }

  async *#passOn(stream: ByteStream): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stream) {
        await this.#queue.push(chunk)
        yield chunk
      }
      this.#isWhole = true
    } finally {
      this.#queue.end()
    }
  }

  async #read(): Promise<ReadTar | undefined> {
    try {
      await using opened = new AsyncDisposableStack()
      const indexer = opened.use(await LayerIndexer.begin(this.#directory, 'a layer', this.#job))
      const hasher = new DigestHasher()
      for await (const chunk of decompress(this.#queue, this.#compression, this.#job)) {
        hasher.update(chunk)
        await indexer.add(chunk)
      }
      opened.move()
      return { indexer, diffId: hasher.digest() }
    } catch {
      return undefined
    } finally {
      this.#queue.end()
    }
  }

  /** To be called when the sink has found that the bytes are right. */
  async finish(): Promise<void> {
    const read = await this.#reading
    if (read === undefined || !this.#isWhole) return
    try {
      const { tar } = await read.indexer.finish(read.diffId)
      await tar[Symbol.asyncDispose]()
    } catch (error) {
      if (!(error instanceof OperationError)) throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#queue.end()
    const read = await this.#reading
    await read?.indexer[Symbol.asyncDispose]()
  }
}
