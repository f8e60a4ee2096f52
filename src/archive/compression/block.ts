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

/**
 * Compresses a block.
 *
 * gzip: raw deflate (RFC 1951) that is primed with what came before and ends on a byte boundary by a sync flush, so that
 * the blocks of a stream, one after the other, are one deflate stream. zstd: one frame.
 */
export function compressBlock({ format, level, bytes, primeBytes, isLast }: Block): Uint8Array<ArrayBuffer> {
  const data = bytes.subarray(primeBytes)
  const chunkSize = data.length + outputMarginBytes
  if (format === 'zstd') {
    const params = {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: 1,
    }
    return Uint8Array.from(zstdCompressSync(data, { chunkSize, params }))
  }
  const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH
  const dictionary = primeBytes === 0 ? {} : { dictionary: bytes.subarray(0, primeBytes) }
  return Uint8Array.from(deflateRawSync(data, { level, chunkSize, finishFlush, ...dictionary }))
}

/** More than either format grows by for a block that cannot be compressed, so that one buffer takes the result. */
const outputMarginBytes = 64 * 1024
