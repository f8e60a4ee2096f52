import type { ByteStream } from '../../std/bytes.ts'
import { releaseFreeMemory } from '../../std/syscalls.ts'
import { compressBlock, type Block, type CompressedBlock } from './block.ts'
import type { WorkerPool } from './worker-pool.ts'

/** How a stream is cut up. Every figure changes the compressed bytes, and so the digests of layers. */
export interface BlockFormat {
  readonly format: Block['format']
  readonly level: number
  readonly blockBytes: number
  /** How much of the end of a block the next one is primed with. */
  readonly primeBytesMax: number
}

/** How much is compressed before the buffers that went between threads are given back to the system. */
const releaseEveryBytes = 16 * 1024 * 1024

/** What is compressed sooner than a thread starts, which takes 20 ms. */
const smallBytesMax = 256 * 1024

/**
 * Compresses the blocks of a stream in a pool, and gives them in order. In flight are as many blocks as the pool has workers,
 * and two for those that are done first.
 *
 * @param onInput is called with every chunk before it is cut up.
 */
export async function* compressBlocks(
  stream: ByteStream,
  format: BlockFormat,
  pool: WorkerPool,
  signal: AbortSignal,
  onInput: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const stopped = new AbortController()
  const inner = AbortSignal.any([signal, stopped.signal])
  const pending: Promise<CompressedBlock>[] = []
  const spareBuffers: ArrayBuffer[] = []
  let unreleasedBytes = 0
  async function* takeFirst(): AsyncGenerator<Uint8Array> {
    const first = await pending.shift()
    signal.throwIfAborted()
    if (first === undefined) return
    spareBuffers.push(first.input)
    if (first.bytes.length > 0) yield first.bytes
  }
  try {
    for await (const block of cutBlocks(stream, format, spareBuffers, onInput)) {
      signal.throwIfAborted()
      if (block.isLast && pending.length === 0 && block.bytes.length <= smallBytesMax) {
        const bytes = compressBlock(block)
        if (bytes.length > 0) yield bytes
        return
      }
      const compressed = pool.compress(block, inner)
      // Whoever awaits it gets the error; until then nobody does, which Node would take for an oversight.
      compressed.catch(() => undefined)
      pending.push(compressed)
      unreleasedBytes += format.blockBytes
      if (unreleasedBytes >= releaseEveryBytes) {
        unreleasedBytes = 0
        releaseFreeMemory()
      }
      if (pending.length > pool.sizeMax + 1) yield* takeFirst()
    }
    while (pending.length > 0) yield* takeFirst()
  } finally {
    stopped.abort()
  }
}

/**
 * The blocks of a stream, all of one size but the last; at least one.
 *
 * @param spareBuffers buffers of earlier blocks, which are used again.
 */
async function* cutBlocks(
  stream: ByteStream,
  { format, level, blockBytes, primeBytesMax }: BlockFormat,
  spareBuffers: ArrayBuffer[],
  onInput: (chunk: Uint8Array) => void,
): AsyncGenerator<Block> {
  const nextBuffer = (): Uint8Array<ArrayBuffer> =>
    new Uint8Array(spareBuffers.pop() ?? new ArrayBuffer(primeBytesMax + blockBytes))
  let buffer = nextBuffer()
  let primeBytes = 0
  let fill = 0
  for await (const chunk of stream) {
    onInput(chunk)
    let position = 0
    while (position < chunk.length) {
      if (fill === primeBytes + blockBytes) {
        const next = nextBuffer()
        next.set(buffer.subarray(fill - primeBytesMax, fill))
        yield { format, level, bytes: buffer.subarray(0, fill), primeBytes, isLast: false }
        buffer = next
        primeBytes = primeBytesMax
        fill = primeBytesMax
      }
      const taken = Math.min(chunk.length - position, primeBytes + blockBytes - fill)
      buffer.set(chunk.subarray(position, position + taken), fill)
      position += taken
      fill += taken
    }
  }
  yield { format, level, bytes: buffer.subarray(0, fill), primeBytes, isLast: true }
}
