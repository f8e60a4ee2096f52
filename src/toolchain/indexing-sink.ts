import type { ContentSink, OpenContent } from '../image/content.ts'
import { layerCompression } from '../image/media-type.ts'
import type { ByteStream } from '../std/bytes.ts'
import { createLayerReader, type LayerReader } from './indexing/layer-reader.ts'
import { IndexingThread } from './indexing/threaded-reader.ts'

/** From this size on a layer is worth a thread, which takes 40 ms to start. */
const largeBytesMin = 16 * 1024 * 1024

/**
 * Writes to a sink, and indexes layers while they come, for an image that is opened next: most networks are slower than indexing is. That
 * a layer is not indexed on the way, or cannot be, is no failure: whoever opens it does that, and says what is wrong.
 *
 * @param directory the cache folder of layer indexes
 */
export function indexingSink(sink: ContentSink, directory: string): ContentSink & AsyncDisposable {
  const thread = new IndexingThread()
  return {
    has: (descriptor, job) => sink.has(descriptor, job),
    tag: (reference, descriptor, manifest, job) => sink.tag(reference, descriptor, manifest, job),
    async write(descriptor, open, job) {
      const compression = layerCompression(descriptor.mediaType)
      if (compression === undefined) return await sink.write(descriptor, open, job)
      const reading = { directory, compression }
      const isLarge = descriptor.size >= largeBytesMin
      await using indexing = new PassingIndex(() =>
        isLarge ? thread.read(reading, job) : createLayerReader(reading, job),
      )
      await sink.write(descriptor, (offsetBytes) => indexing.open(open, offsetBytes), job)
      await indexing.finish()
    },
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  }
}

/** A layer that is fetched, and read by an indexer at the same time. */
class PassingIndex implements AsyncDisposable {
  readonly #openReader: () => LayerReader
  #reader: LayerReader | undefined
  /** Whether the indexer got all bytes, from the first to the last. */
  #isWhole = false

  constructor(openReader: () => LayerReader) {
    this.#openReader = openReader
  }

  /** What is taken up in the middle is not indexed. */
  async open(open: OpenContent, offsetBytes: number): Promise<ByteStream> {
    const stream = await open(offsetBytes)
    if (offsetBytes > 0 || this.#reader !== undefined) {
      this.#isWhole = false
      return stream
    }
    this.#reader = this.#openReader()
    return this.#passOn(stream, this.#reader)
  }

  async *#passOn(stream: ByteStream, reader: LayerReader): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stream) {
        await reader.push(chunk)
        yield chunk
      }
      this.#isWhole = true
    } finally {
      reader.end()
    }
  }

  /** To be called when the sink has found that the bytes are right. */
  async finish(): Promise<void> {
    if (this.#isWhole) await this.#reader?.finish()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader?.[Symbol.asyncDispose]()
  }
}
