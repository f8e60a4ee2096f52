import { createHash, type Hash } from 'node:crypto'
import { assert } from '../std/assert.ts'
import type { ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import type { BlockMemory } from './block-memory.ts'
import { compressBlocks, type BlockListeners } from './compression/compress-blocks.ts'
import { joinCheckSums } from './compression/join-check-sums.ts'
import { sharedWorkerPool, type WorkerPool } from './compression/worker-pool.ts'
import type { Compression } from './compression.ts'

/** How to compress. The level is gzip's 1 to 9 or zstd's 1 to 19; unless told, what the field uses: 6 and 3. */
export interface CompressOptions {
  readonly format: Exclude<Compression, 'xz' | 'bzip2'>
  readonly level?: number | undefined
  /** Blocks that it knows are not compressed again. The result is the same. */
  readonly memory?: BlockMemory | undefined
}

/**
 * Compresses a stream with all processors: it is cut into blocks, which worker threads compress at the same time. The
 * result depends on the bytes, the format, the level and the libraries in Node, and on neither the number of processors nor
 * the stream's chunks.
 *
 * gzip is one member, as pigz makes it (blocks of at most 256 KiB, each primed with the 32 KiB before it), without name and
 * time. zstd is one frame with check sum for at most 2 MiB. In a tar, blocks end where files begin.
 */
export function compress(
  stream: ByteStream,
  options: CompressOptions,
  job: Job,
  onInput?: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  return compressWith(sharedWorkerPool(), stream, options, job, onInput)
}

/** {@link compress} in a pool of one's own. */
export async function* compressWith(
  pool: WorkerPool,
  stream: ByteStream,
  options: CompressOptions,
  job: Job,
  onInput: (bytes: Uint8Array) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const { format, memory } = options
  if (format === 'gzip') {
    const level = checkedLevel(options.level ?? 6, 9)
    yield* compressGzip(pool, stream, level, { memory, onInput }, job.signal)
  } else if (format === 'zstd') {
    const level = checkedLevel(options.level ?? 3, 19)
    const blocks = { format, level, blockBytes: 2 * 1024 * 1024, primeBytesMax: 0 }
    yield* compressBlocks(stream, blocks, pool, job.signal, { memory, onInput })
  } else {
    for await (const chunk of stream) {
      job.signal.throwIfAborted()
      onInput(chunk)
      yield chunk
    }
  }
}

function checkedLevel(level: number, max: number): number {
  assert(Number.isInteger(level) && level >= 1 && level <= max, `the compression level is 1 to ${max}`)
  return level
}

/** RFC 1952, section 2.3: deflate, no flags, no time, no hint about speed, of no system. */
const gzipHeader = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)

async function* compressGzip(
  pool: WorkerPool,
  stream: ByteStream,
  level: number,
  { memory, onInput }: BlockListeners,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let checkSum = 0
  let bytes = 0
  memory?.note(undefined, gzipHeader)
  yield gzipHeader.slice()
  const blocks = { format: 'gzip', level, blockBytes: 256 * 1024, primeBytesMax: 32 * 1024 } as const
  const sum: BlockListeners['onInput'] = (data, dataSum) => {
    checkSum = joinCheckSums(checkSum, dataSum(), data.length)
    bytes += data.length
    onInput(data, dataSum)
  }
  yield* compressBlocks(stream, blocks, pool, signal, { memory, onInput: sum })
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(checkSum, 0)
  trailer.writeUInt32LE(bytes % 2 ** 32, 4)
  yield trailer
}

/** What some bytes are known by. */
export interface ContentSum {
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string
  readonly sizeBytes: number
}

/** Both sides of a layer: the tar, whose digest is the diff ID, and the blob. */
export interface LayerSums {
  readonly tar: ContentSum
  readonly blob: ContentSum
}

/** A layer that is being compressed. */
export interface CompressedLayer {
  /** The blob's bytes. To be read once, to the end. */
  readonly bytes: ByteStream
  /** Called when `bytes` has been read to the end. */
  sums(): LayerSums
}

/** Compresses a layer's tar, and sums up both sides in the same pass. */
export function compressLayer(tar: ByteStream, options: CompressOptions, job: Job): CompressedLayer {
  const tarSummer = new Summer()
  const blobSummer = new Summer()
  let ended = false
  async function* summed(): AsyncGenerator<Uint8Array> {
    const onInput = (bytes: Uint8Array): void => tarSummer.add(bytes)
    for await (const chunk of compress(tar, options, job, onInput)) {
      blobSummer.add(chunk)
      yield chunk
    }
    ended = true
  }
  return {
    bytes: summed(),
    sums: () => {
      assert(ended, 'the sums of a layer were asked for before its bytes had been read')
      return { tar: tarSummer.sum(), blob: blobSummer.sum() }
    },
  }
}

class Summer {
  readonly #hash: Hash = createHash('sha256')
  #sizeBytes = 0

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes)
    this.#sizeBytes += bytes.length
  }

  sum(): ContentSum {
    return { sha256: this.#hash.digest('hex'), sizeBytes: this.#sizeBytes }
  }
}
