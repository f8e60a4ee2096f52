import { readAll } from '../std/bytes.ts'
import type { HttpAnswer } from './exchange.ts'
import { transportError } from './transport-error.ts'

/** What is worth reading to the end so that its connection can serve again. */
const drainBytesMax = 64 * 1024

/** The whole of a body. @throws TooManyBytesError; TransportError; the signal's reason. */
export async function readBody(answer: HttpAnswer, bytesMax: number, signal: AbortSignal): Promise<Uint8Array> {
  return readAll(streamBody(answer, signal), bytesMax)
}

/** The body's bytes. Ending the loop early closes the connection. @throws TransportError; the signal's reason. */
export async function* streamBody(answer: HttpAnswer, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterable<Uint8Array> = answer.body
  try {
    for await (const chunk of chunks) yield chunk
  } catch (error) {
    signal.throwIfAborted()
    throw transportError(error)
  }
}

/** Is done with an answer whose body nobody wants, keeping the connection where that is cheap. */
export function discardBody(answer: HttpAnswer): void {
  let length = 0
  answer.body.on('error', () => undefined)
  answer.body.on('data', (chunk: Uint8Array) => {
    length += chunk.length
    if (length > drainBytesMax) answer.body.destroy()
  })
}
