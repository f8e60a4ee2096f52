import { constants, deflateRawSync, zstdCompressSync } from 'node:zlib'

/** A piece of a stream that is compressed by itself. What it becomes depends on nothing else. */
export interface Block {
  readonly format: 'gzip' | 'zstd'
  readonly level: number
  /** The block, and before it the end of the block before, as much as deflate looks back. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly primeBytes: number
  readonly isLast: boolean
}

/** What a worker answers. It keeps nothing: memory that workers leave behind is collected late, and there may be many. */
export interface CompressedBlock {
  readonly bytes: Uint8Array
  /** The block's own buffer, for the next one. */
  readonly input: ArrayBuffer
}

/**
 * Compresses a block.
 *
 * gzip: raw deflate (RFC 1951) that is primed with what came before and ends on a byte boundary by a sync flush, so that
 * the blocks of a stream, one after the other, are one deflate stream. zstd: one frame.
 *
 * @returns bytes in a buffer of their own, which may be larger and can be handed to another thread.
 */
export function compressBlock({ format, level, bytes, primeBytes, isLast }: Block): Uint8Array<ArrayBuffer> {
  const data = bytes.subarray(primeBytes)
  const chunkSize = outputBytesMax(data.length)
  if (format === 'zstd') {
    const params = {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: 1,
    }
    return zstdCompressSync(data, { chunkSize, params })
  }
  const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH
  const dictionary = primeBytes === 0 ? {} : { dictionary: bytes.subarray(0, primeBytes) }
  return deflateRawSync(data, { level, chunkSize, finishFlush, ...dictionary })
}

/**
 * More than either format makes of data that cannot be compressed, so that one buffer takes the result; and too large for
 * Node's pool, whose buffers cannot be handed on.
 */
function outputBytesMax(dataBytes: number): number {
  return Math.max(dataBytes + (dataBytes >>> 7) + 1024, 128 * 1024)
}
