import { crc32 } from 'node:zlib'
import type { ByteStream } from '../../std/bytes.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { releaseFreeMemory } from '../../std/syscalls.ts'
import type { BlockMemory } from '../block-memory.ts'
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
  { onInput, memory }: { readonly onInput: (chunk: Uint8Array) => void; readonly memory: BlockMemory | undefined },
): AsyncGenerator<Uint8Array> {
  const stopped = new AbortController()
  const inner = AbortSignal.any([signal, stopped.signal])
  const pending: { readonly key: string | undefined; readonly compressed: Promise<CompressedBlock> }[] = []
  const spareBuffers: ArrayBuffer[] = []
  let unreleasedBytes = 0
  async function* takeFirst(): AsyncGenerator<Uint8Array> {
    const first = pending.shift()
    if (first === undefined) return
    const { bytes, input } = await first.compressed
    signal.throwIfAborted()
    spareBuffers.push(input)
    memory?.note(first.key, bytes)
    if (bytes.length > 0) yield bytes
  }
  try {
    for await (const block of cutBlocks(stream, format, spareBuffers, onInput)) {
      signal.throwIfAborted()
      if (block.isLast && pending.length === 0 && block.bytes.length <= smallBytesMax) {
        const bytes = compressBlock(block)
        if (bytes.length > 0) yield bytes
        return
      }
      const key = memory === undefined ? undefined : keyOf(block)
      const known = key === undefined ? undefined : await memory?.recall(key)
      const compressed =
        known === undefined ? pool.compress(block, inner) : Promise.resolve({ bytes: known, input: block.bytes.buffer })
      // Whoever awaits it gets the error; until then nobody does, which Node would take for an oversight.
      compressed.catch(() => undefined)
      pending.push({ key, compressed })
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

/** All that decides what a block comes to, but for format and level. */
function keyOf({ bytes, primeBytes, isLast }: Block): string {
  const rest = `${primeBytes} ${isLast}`
  return cryptoModule().createHash('sha256').update(bytes).update(rest).digest('base64')
}

/**
 * The blocks of a stream; at least one. Those of a tar end where {@link findEnd} says, all others when they are full, but for the last.
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
  let startBytes = 0
  for await (const chunk of stream) {
    onInput(chunk)
    let position = 0
    while (position < chunk.length) {
      if (fill === primeBytes + blockBytes) {
        const end = primeBytes + findEnd(buffer.subarray(primeBytes, fill), startBytes)
        const next = nextBuffer()
        next.set(buffer.subarray(end - primeBytesMax, fill))
        yield { format, level, bytes: buffer.subarray(0, end), primeBytes, isLast: false }
        buffer = next
        startBytes += end - primeBytes
        fill -= end - primeBytesMax
        primeBytes = primeBytesMax
      }
      const taken = Math.min(chunk.length - position, primeBytes + blockBytes - fill)
      buffer.set(chunk.subarray(position, position + taken), fill)
      position += taken
      fill += taken
    }
  }
  yield { format, level, bytes: buffer.subarray(0, fill), primeBytes, isLast: true }
}

/** Tar's: tar(5). */
const recordBytes = 512
const magic = Buffer.from('ustar', 'latin1')
const magicOffset = 257

/**
 * Where a full block ends: before that tar header in its second half whose check sum is the lowest, or at its end where there is none. So
 * where something is put into a tar, the blocks after it soon end where they did before.
 */
function findEnd(block: Uint8Array, startBytes: number): number {
  const half = block.length / 2
  let end = block.length
  let lowest = Number.POSITIVE_INFINITY
  let at = half + ((recordBytes - ((startBytes + half) % recordBytes)) % recordBytes)
  for (; at + recordBytes <= block.length; at += recordBytes) {
    if (!magic.every((byte, index) => block[at + magicOffset + index] === byte)) continue
    const checkSum = crc32(block.subarray(at, at + recordBytes))
    if (checkSum >= lowest) continue
    lowest = checkSum
    end = at
  }
  return end
}
