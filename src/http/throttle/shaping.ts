import { Readable } from 'node:stream'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { Link } from './link.ts'
import type { TokenBucket } from './token-bucket.ts'

/** So that connections that share a line take turns. */
export const pieceBytes = 16 * 1024
/** What is under way on a line: what its rate makes of its delay, and no less and no more than these. */
const piecesMin = 4
const piecesMax = 1024

/** A stream at a rate that it may share with others. Nothing is held back but one piece. */
export async function* limited(
  bytes: ByteStream,
  bucket: TokenBucket | undefined,
  job: Job,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    for (let offset = 0; offset < chunk.length; offset += pieceBytes) {
      const piece = chunk.subarray(offset, offset + pieceBytes)
      await bucket?.take(piece.length, job.signal)
      yield piece
    }
  }
}

/**
 * A stream whose pieces come half of a round trip later. Meanwhile further ones are read, as many as are under way on such a line; whoever
 * sends more has to wait.
 */
export async function* delayed(pieces: ByteStream, link: Link, job: Job): AsyncGenerator<Uint8Array> {
  const delayMs = link.latencyMs / 2
  if (delayMs === 0) return yield* pieces
  const underWay: AsyncIterable<SentPiece> = Readable.from(sent(pieces, delayMs, job), {
    objectMode: true,
    highWaterMark: piecesUnderWay(link.bytesPerSecond, delayMs),
  })
  for await (const { piece, dueMs } of underWay) {
    const waitMs = dueMs - job.clock.now()
    if (waitMs > 0) await job.clock.sleep(waitMs, job.signal)
    yield piece
  }
}

function piecesUnderWay(bytesPerSecond = Number.POSITIVE_INFINITY, delayMs: number): number {
  const bytes = (bytesPerSecond * delayMs) / 1000
  return Math.min(piecesMax, piecesMin + Math.ceil(bytes / pieceBytes))
}

interface SentPiece {
  readonly piece: Uint8Array
  readonly dueMs: number
}

async function* sent(pieces: ByteStream, delayMs: number, job: Job): AsyncGenerator<SentPiece> {
  for await (const piece of pieces) yield { piece, dueMs: job.clock.now() + delayMs }
}
