import { crc32 } from 'node:zlib'
import type { ByteStream } from '../../std/bytes.ts'
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

/** Who is told of a stream while it is cut up. */
export interface BlockListeners {
  /** Called with every block, in order, before it is compressed. @param checkSum its CRC-32, taken when it is asked for */
  readonly onInput: (bytes: Uint8Array, checkSum: () => number) => void
  readonly memory: BlockMemory | undefined
}

/**
 * Compresses the blocks of a stream in a pool, and gives them in order. In flight are as many blocks as the pool has workers,
 * and two for those that are done first.
 */
export async function* compressBlocks(
  stream: ByteStream,
  format: BlockFormat,
  pool: WorkerPool,
  signal: AbortSignal,
  { onInput, memory }: BlockListeners,
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
    for await (const { block, startBytes } of cutBlocks(stream, format, spareBuffers)) {
      signal.throwIfAborted()
      const data = block.bytes.subarray(block.primeBytes)
      let taken: number | undefined
      const checkSum = (): number => (taken ??= crc32(data))
      onInput(data, checkSum)
      if (block.isLast && pending.length === 0 && block.bytes.length <= smallBytesMax) {
        const bytes = compressBlock(block)
        if (bytes.length > 0) yield bytes
        return
      }
      const key = memory === undefined ? undefined : keyOf(block, startBytes, checkSum(), memory)
      const known = key === undefined ? undefined : await memory?.recall(key)
      const compressed =
        known === undefined ? pool.compress(block, inner) : Promise.resolve({ bytes: known, input: block.bytes.buffer })
      // Whoever awaits it gets the error; until then nobody does, which Node would take for an oversight.
      compressed.catch(() => undefined)
      pending.push({ key, compressed })
      if (known === undefined) unreleasedBytes += format.blockBytes
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
 * All that decides what a block comes to, but for format and level. The check sums are for a file that is changed while it is read, in a
 * moment that its times do not show: what is read is not what its digest says then, and must not be taken for it.
 */
function keyOf(
  { bytes, primeBytes, isLast }: Block,
  startBytes: number,
  checkSum: number,
  { bodies }: BlockMemory,
): string {
  const more = `${primeBytes} ${isLast} ${checkSum} ${crc32(bytes.subarray(0, primeBytes))}`
  return bodies.identify(bytes, startBytes - primeBytes, more)
}

/**
 * The blocks of a stream, and where they begin in it; at least one. Those of a tar end where {@link findEnd} says, all others when they
 * are full, but for the last.
 *
 * @param spareBuffers buffers of earlier blocks, which are used again.
 */
async function* cutBlocks(
  stream: ByteStream,
  { format, level, blockBytes, primeBytesMax }: BlockFormat,
  spareBuffers: ArrayBuffer[],
): AsyncGenerator<{ readonly block: Block; readonly startBytes: number }> {
  const nextBuffer = (): Uint8Array<ArrayBuffer> =>
    new Uint8Array(spareBuffers.pop() ?? new ArrayBuffer(primeBytesMax + blockBytes))
  let buffer = nextBuffer()
  let primeBytes = 0
  let fill = 0
  let startBytes = 0
  for await (const chunk of stream) {
    let position = 0
    while (position < chunk.length) {
      if (fill === primeBytes + blockBytes) {
        const end = primeBytes + findEnd(buffer.subarray(primeBytes, fill), startBytes)
        const next = nextBuffer()
        next.set(buffer.subarray(end - primeBytesMax, fill))
        yield { block: { format, level, bytes: buffer.subarray(0, end), primeBytes, isLast: false }, startBytes }
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
  yield { block: { format, level, bytes: buffer.subarray(0, fill), primeBytes, isLast: true }, startBytes }
}

/** Tar's: tar(5). */
const recordBytes = 512
const magicOffsetBytes = 257
/** `ustar` */
const magic = { start: 0x75737461, end: 0x72 }

/**
 * Where a full block ends: before that tar header in its second half whose check sum is the lowest, or at its end where there is none. So
 * where something is put into a tar, the blocks after it soon end where they did before.
 */
function findEnd(block: Uint8Array, startBytes: number): number {
  const view = new DataView(block.buffer, block.byteOffset, block.length)
  const half = block.length / 2
  let end = block.length
  let lowest = Number.POSITIVE_INFINITY
  let at = half + ((recordBytes - ((startBytes + half) % recordBytes)) % recordBytes)
  for (; at + recordBytes <= block.length; at += recordBytes) {
    const magicAt = at + magicOffsetBytes
    if (view.getUint32(magicAt) !== magic.start || view.getUint8(magicAt + 4) !== magic.end) continue
    const checkSum = crc32(block.subarray(at, at + recordBytes))
    if (checkSum >= lowest) continue
    lowest = checkSum
    end = at
  }
  return end
}
