import type { ClientRequest } from 'node:http'
import type { ByteStream } from '../std/bytes.ts'

/** A body that is made while it is sent. */
export interface StreamBody {
  readonly sizeBytes: number
  readonly stream: ByteStream
}

/** Marks what the body's own stream threw, so that it is not taken for a failure of the connection. */
export class SourceError extends Error {}

/** A sending under way. */
export interface Sending {
  /** Ends when all is sent, or when {@link stop} was called. @throws SourceError */
  readonly ended: Promise<void>
  /** Whether the stream is being waited for, and not the other side. */
  readonly isWaitingForStream: () => boolean
  /** No more is sent. The stream is told so, and is not waited for. */
  stop(): void
}

/** Sends a body as fast as the connection takes it. */
export function sendBody(outgoing: ClientRequest, body: Uint8Array | StreamBody | undefined): Sending {
  if (body === undefined || body instanceof Uint8Array) {
    outgoing.end(body)
    return { ended: Promise.resolve(), isWaitingForStream: () => false, stop: () => undefined }
  }
  const chunks = body.stream[Symbol.asyncIterator]()
  const state = { isStopped: false, isPulling: false, wake: (): void => undefined }
  return {
    ended: sendChunks(outgoing, chunks, state),
    isWaitingForStream: () => state.isPulling,
    stop() {
      state.isStopped = true
      state.wake()
    },
  }
}

interface SendState {
  isStopped: boolean
  isPulling: boolean
  /** Ends the present wait, whatever it is for. */
  wake: () => void
}

async function sendChunks(outgoing: ClientRequest, chunks: AsyncIterator<Uint8Array>, state: SendState): Promise<void> {
  try {
    while (!state.isStopped) {
      const next = await pull(chunks, state)
      if (next === 'stopped' || state.isStopped) return
      if (next.done === true) {
        outgoing.end()
        return
      }
      if (!outgoing.write(next.value)) await drained(outgoing, state)
    }
  } finally {
    const returned = chunks.return?.()
    // A generator that is still making a piece would be waited for.
    if (state.isPulling) returned?.catch(() => undefined)
    else await returned
  }
}

function pull(
  chunks: AsyncIterator<Uint8Array>,
  state: SendState,
): Promise<IteratorResult<Uint8Array, unknown> | 'stopped'> {
  const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<Uint8Array, unknown> | 'stopped'>()
  state.isPulling = true
  state.wake = () => resolve('stopped')
  const take = async (): Promise<void> => {
    try {
      resolve(await chunks.next())
    } catch (cause) {
      reject(new SourceError('', { cause }))
    } finally {
      state.isPulling = false
    }
  }
  void take()
  return promise
}

function drained(outgoing: ClientRequest, state: SendState): Promise<void> {
  return new Promise((resolve) => {
    state.wake = () => {
      outgoing.off('drain', resolve)
      resolve()
    }
    outgoing.once('drain', resolve)
  })
}
