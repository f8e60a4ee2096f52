import type { Transform } from 'node:stream'
import type { ByteStream } from '../../std/bytes.ts'

/** What looks at compressed bytes on their way into a transform, and at those that the transform leaves over. */
export interface InputCheck {
  /** Called with every chunk before it is decompressed. Throws to refuse it. @returns the chunk, in pieces or whole. */
  take(chunk: Uint8Array): readonly Uint8Array[]
  /** Called with what comes behind the end of the compressed data. */
  takeRest(chunk: Uint8Array): void
  /** Called at the end of input. */
  finish(): void
}

/** A zlib stream: it counts the bytes that it has used, of those that were written to it. */
export type ZlibTransform = Transform & { readonly bytesWritten: number }

/**
 * Sends a stream through a zlib transform, which works in the thread pool while the reader deals with what came before. In
 * flight are one chunk of input and what the transform buffers. Ending the loop early closes both.
 */
export async function* throughTransform(
  stream: ByteStream,
  transform: ZlibTransform,
  check: InputCheck,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted()
  const abort = (): void => {
    transform.destroy(toError(signal.reason))
  }
  signal.addEventListener('abort', abort, { once: true })
  const feeding = feed(stream, transform, check).catch((error: unknown) => {
    transform.destroy(toError(error))
    return { error }
  })
  try {
    for await (const chunk of transform) yield chunk
    const failure = await feeding
    if (failure !== undefined) throw failure.error
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    transform.destroy()
    if (!signal.aborted) await feeding
  }
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason })
}

async function feed(stream: ByteStream, transform: ZlibTransform, check: InputCheck): Promise<undefined> {
  let bytes = 0
  let open = true
  for await (const chunk of stream) {
    if (!open) {
      check.takeRest(chunk)
      continue
    }
    for (const piece of check.take(chunk)) {
      if (piece.length > 0) await write(transform, piece)
      if (transform.destroyed && !transform.readableEnded) return
      bytes += piece.length
      const rest = bytes - transform.bytesWritten
      if (rest > 0) check.takeRest(piece.subarray(piece.length - rest))
      open = rest === 0
    }
  }
  check.finish()
  if (open) transform.end()
}

/** Resolves when the chunk was used, and also when the transform ended by itself because it found what is not for it. */
function write(transform: ZlibTransform, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      transform.off('end', done)
      transform.off('close', done)
      resolve()
    }
    transform.once('end', done)
    transform.once('close', done)
    transform.write(chunk, done)
  })
}
