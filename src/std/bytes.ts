/**
 * Bytes that come in pieces, in order. Read once; ending the loop early releases what is behind it. A piece belongs to its
 * reader: it does not change when the next ones come.
 */
export type ByteStream = AsyncIterable<Uint8Array>

/** Thrown by {@link readAll} when a stream is longer than its reader allows. */
export class TooManyBytesError extends Error {
  readonly bytesMax: number

  constructor(bytesMax: number) {
    super(`more than ${bytesMax} bytes`)
    this.name = 'TooManyBytesError'
    this.bytesMax = bytesMax
  }
}

/**
 * The whole of a stream as one array.
 *
 * @throws TooManyBytesError as soon as more than `bytesMax` have come.
 */
export async function readAll(stream: ByteStream, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > bytesMax) throw new TooManyBytesError(bytesMax)
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length)
}

/** The same bytes in pieces of at least so many, but for the last: for a reader whom each piece costs something, however small it is. */
export async function* inLargePieces(stream: ByteStream, bytesMin: number): AsyncGenerator<Uint8Array> {
  let gathered: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    gathered.push(chunk)
    length += chunk.length
    if (length < bytesMin) continue
    yield gathered.length === 1 ? chunk : Buffer.concat(gathered, length)
    gathered = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(gathered, length)
}

/** A stream of the given pieces. */
export async function* byteStream(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield chunk
}
