import type { ByteStream } from '../std/bytes.ts'
import { systemErrorCode } from '../std/errors.ts'
import type { Job } from '../std/job.ts'
import { zlibModule } from '../std/node-modules.ts'
import { decompressBzip2 } from './compression/bzip2-stream.ts'
import { throughTransform, type InputCheck } from './compression/transform-stream.ts'
import { decompressXz } from './compression/xz-stream.ts'
import { ZstdFrameCheck, zstdWindowLogMax } from './compression/zstd-frames.ts'
import { ArchiveError } from './errors.ts'

/** How a stream of bytes is compressed. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2'

/** How many of the first bytes {@link detectCompression} needs. */
export const detectionBytes = 10

/** First bytes, in hexadecimal. A skippable frame may stand before the first frame of zstd. */
const magics: readonly (readonly [format: Compression | 'lz4', magic: RegExp])[] = [
  ['gzip', /^1f8b08/],
  ['zstd', /^28b52ffd|^5.2a4d18/],
  ['bzip2', /^425a683[1-9](?:314159265359|177245385090)/],
  ['xz', /^fd377a585a00/],
  ['lz4', /^04224d18/],
]

/**
 * Tells by the first bytes how a stream is compressed: gzip (RFC 1952), zstd (RFC 8878), xz, bzip2 or not at all.
 *
 * @throws ArchiveError `unsupported-archive` for lz4.
 */
export function detectCompression(firstBytes: Uint8Array): Compression {
  const hex = Buffer.from(firstBytes.subarray(0, detectionBytes)).toString('hex')
  const format = magics.find(([, magic]) => magic.test(hex))?.[0] ?? 'none'
  if (format !== 'lz4') return format
  throw new ArchiveError('unsupported-archive', `the archive is compressed with ${format}`, {
    hint: 'Only gzip, zstd, xz and bzip2 are read. Decompress it first.',
  })
}

/** Large enough that a call to the thread pool costs little beside the work, small enough that a few may be in flight. */
const outputChunkBytes = 256 * 1024

/**
 * The decompressed bytes of a stream: all members of a gzip file, all frames of a zstd file, all streams of an xz or bzip2 file.
 * At most a few MiB are in flight, and one window of up to 128 MiB for zstd, of up to 64 MiB for xz.
 *
 * @throws ArchiveError `bad-archive` for data that is damaged, truncated or followed by garbage (zeros may follow gzip and xz);
 * `archive-too-large` as soon as more than the job's layerBytesMax have come out.
 */
export async function* decompress(stream: ByteStream, compression: Compression, job: Job): AsyncGenerator<Uint8Array> {
  let bytes = 0
  const { layerBytesMax } = job.limits
  try {
    for await (const chunk of openDecompressor(stream, compression, job.signal)) {
      job.signal.throwIfAborted()
      bytes += chunk.length
      if (bytes > layerBytesMax) {
        throw new ArchiveError('archive-too-large', `the data expands to more than ${layerBytesMax} bytes`, {
          hint: 'raise the limit if you trust where it comes from',
        })
      }
      yield chunk
    }
  } catch (error) {
    const code = systemErrorCode(error) ?? ''
    if (!(code.startsWith('Z_') || code.startsWith('ZSTD_') || code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END'))
      throw error
    throw new ArchiveError('bad-archive', `${compression}: the data is damaged or truncated`, {
      cause: error,
      hint: 'fetch or make it again',
    })
  }
}

function openDecompressor(stream: ByteStream, compression: Compression, signal: AbortSignal): ByteStream {
  if (compression === 'none') return stream
  if (compression === 'xz') return decompressXz(stream, signal)
  if (compression === 'bzip2') return decompressBzip2(stream, outputChunkBytes, signal)
  const { constants, createGunzip, createZstdDecompress } = zlibModule()
  const options = { chunkSize: outputChunkBytes, readableHighWaterMark: outputChunkBytes }
  if (compression === 'gzip') return throughTransform(stream, createGunzip(options), gzipCheck(), signal)
  const params = { [constants.ZSTD_d_windowLogMax]: zstdWindowLogMax }
  return throughTransform(stream, createZstdDecompress({ ...options, params }), new ZstdFrameCheck(), signal)
}

/** zlib checks everything but what follows the first zero behind a member. */
function gzipCheck(): InputCheck {
  return {
    take: (chunk) => [chunk],
    takeRest: (chunk) => {
      if (chunk.every((byte) => byte === 0)) return
      throw new ArchiveError('bad-archive', 'gzip: the data is followed by garbage', { hint: 'fetch or make it again' })
    },
    finish: () => undefined,
  }
}
