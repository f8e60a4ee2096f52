import type { ByteStream } from '../../std/bytes.ts'

/** This process' standard input, which is not touched before somebody reads it. Waiting for it ends with the signal. */
export async function* standardInput(signal: AbortSignal): ByteStream {
  const stop = (): void => void process.stdin.destroy()
  signal.addEventListener('abort', stop)
  try {
    for await (const chunk of process.stdin) if (chunk instanceof Uint8Array) yield chunk
  } finally {
    signal.removeEventListener('abort', stop)
  }
  signal.throwIfAborted()
}
