import type { FileAttributes } from '../../filetree/file-entry.ts'
import { blockBytes } from './format.ts'

/**
 * Where the data of a file lie in a tar: the file is cut into chunks of one size, a power of two, and each is either in one piece
 * in the tar or a hole.
 */
export interface Chunks {
  /** A chunk has 512 times two to the power of this bytes. */
  readonly bits: number
  /** The block that each chunk begins with; undefined for holes. */
  readonly blocks: readonly (number | undefined)[]
}

const withIndexes = 0x20
const bitsMax = 31
/** 8 MiB of addresses for one file. */
const chunksMax = 2 ** 20
const indexBytes = 8
const hole = 0xffff_ffff
const blocksMax = 2 ** 32 - 1

/** @returns undefined where it cannot be said so: pieces that begin in the middle of a block, or too many of them. */
export function chunksOf(file: FileAttributes): Chunks | undefined {
  const { sizeBytes, sparse, dataOffsetBytes } = file
  if (sparse === undefined && sizeBytes <= blockBytes * 2 ** bitsMax) {
    const block = dataOffsetBytes / blockBytes
    return block < blocksMax ? { bits: bitsFor(sizeBytes), blocks: [block] } : undefined
  }
  const runs = (sparse ?? [{ offsetBytes: 0, sizeBytes }]).filter((run) => run.sizeBytes > 0)
  const edges = runs.flatMap((run) => [run.offsetBytes, run.offsetBytes + run.sizeBytes])
  const bits = chunkBits(sizeBytes, edges)
  if (bits === undefined) return undefined
  const chunkBytes = blockBytes * 2 ** bits
  const count = Math.ceil(sizeBytes / chunkBytes)
  if (count > chunksMax) return undefined
  const blocks: (number | undefined)[] = Array.from({ length: count }, () => undefined)
  let stored = dataOffsetBytes
  for (const run of runs) {
    const first = run.offsetBytes / chunkBytes
    for (let number = 0; number * chunkBytes < run.sizeBytes; number += 1) {
      const block = (stored + number * chunkBytes) / blockBytes
      if (!Number.isInteger(block) || block >= blocksMax) return undefined
      blocks[first + number] = block
    }
    stored += run.sizeBytes
  }
  return { bits, blocks }
}

/** Of a chunk that holds this much. */
function bitsFor(sizeBytes: number): number {
  let bits = 0
  while (bits < bitsMax && blockBytes * 2 ** bits < sizeBytes) bits += 1
  return bits
}

/** The largest chunks whose edges are all edges between data and holes. The end of the file is none. */
function chunkBits(sizeBytes: number, edges: readonly number[]): number | undefined {
  let bits = bitsFor(sizeBytes)
  for (const edge of edges) {
    if (edge >= sizeBytes) continue
    while (bits >= 0 && edge % (blockBytes * 2 ** bits) !== 0) bits -= 1
  }
  return bits < 0 ? undefined : bits
}

/** What an inode says of its chunks. */
export function chunkFormat({ bits }: Chunks): number {
  return withIndexes | bits
}

export function chunkIndexBytes({ blocks }: Chunks): number {
  return blocks.length * indexBytes
}

/** @param device counted from 1. */
export function writeChunks(buffer: Buffer, at: number, { blocks }: Chunks, device: number): void {
  for (const [number, block] of blocks.entries()) {
    buffer.writeUInt16LE(block === undefined ? 0 : device, at + number * indexBytes + 2)
    buffer.writeUInt32LE(block ?? hole, at + number * indexBytes + 4)
  }
}
