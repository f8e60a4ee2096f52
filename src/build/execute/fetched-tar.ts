import { copyBlob } from '../../image/copy.ts'
import type { ContentSink, ContentSource } from '../../image/content.ts'
import { layerAt, type Layer } from '../../image/image.ts'
import { ByteQueue } from '../../std/byte-queue.ts'
import type { ByteStream } from '../../std/bytes.ts'
import { withSignal, type Job } from '../../std/job.ts'

/**
 * The tar of a layer that is fetched into the store meanwhile: whoever indexes it need not wait for its last byte. At its end the blob is
 * stored and checked. Where its reader stops early, so does the transfer.
 *
 * @throws what {@link copyBlob} and {@link Layer.openTar} throw: the first of them where the bytes are others than was said
 */
export async function* fetchedTar(
  { descriptor, diffId }: Pick<Layer, 'descriptor' | 'diffId'>,
  source: ContentSource,
  store: ContentSource & ContentSink,
  job: Job,
): AsyncGenerator<Uint8Array> {
  const passing = new PassingSource(source)
  const enough = new AbortController()
  const fetchJob = withSignal(job, AbortSignal.any([job.signal, enough.signal]))
  const storing = copyBlob(passing, store, descriptor, fetchJob).finally(() => passing.end())
  storing.catch(() => undefined)
  const blob = async function* (): ByteStream {
    yield* passing.passed
    await storing
    // What came in another order, or was there already.
    const { passedBytes } = passing
    if (passedBytes < descriptor.size) yield* await store.open(descriptor, job, passedBytes)
  }
  try {
    const { resolve } = passing
    const onTheWay = { checksContent: true, resolve, open: () => Promise.resolve(blob()) }
    yield* layerAt(onTheWay, descriptor, diffId).openTar(job)
    await storing
  } catch (error) {
    passing.end()
    await storing
    throw error
  } finally {
    enough.abort(new Error('nobody reads it any more'))
    passing.end()
    await storing.catch(() => undefined)
  }
}

/** A disk that is slow for a moment keeps nobody from reading, nor the other way round. */
const aheadBytesMax = 4 * 1024 * 1024

/** Hands on what is read from a source, as far as that comes in order. */
class PassingSource implements ContentSource {
  readonly #source: ContentSource
  readonly #queue = new ByteQueue(aheadBytesMax)
  #passedBytes = 0

  constructor(source: ContentSource) {
    this.#source = source
  }

  /** What was read, from its first byte on. */
  get passed(): ByteStream {
    return this.#queue
  }

  get passedBytes(): number {
    return this.#passedBytes
  }

  /** Nothing more is handed on. */
  end(): void {
    this.#queue.end()
  }

  readonly resolve: ContentSource['resolve'] = (reference, job) => this.#source.resolve(reference, job)

  readonly open: ContentSource['open'] = async (descriptor, job, offsetBytes = 0) =>
    this.#passOn(await this.#source.open(descriptor, job, offsetBytes), offsetBytes)

  async *#passOn(stream: ByteStream, offsetBytes: number): AsyncGenerator<Uint8Array> {
    let position = offsetBytes
    for await (const chunk of stream) {
      // A transfer that is taken up may bring again what was there before.
      const next = position > this.#passedBytes ? undefined : chunk.subarray(this.#passedBytes - position)
      if (next !== undefined && next.length > 0) {
        this.#passedBytes += next.length
        await this.#queue.push(next)
      }
      position += chunk.length
      yield chunk
    }
  }
}
