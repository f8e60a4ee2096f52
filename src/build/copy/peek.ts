import type { ByteStream } from '../../std/bytes.ts'

/** The first bytes of a stream, fewer where it is shorter, and all of it: to be read as `rest`, or to be ended by `cancel`. */
export async function peek(
  stream: ByteStream,
  sizeBytes: number,
): Promise<{ readonly first: Uint8Array; readonly rest: ByteStream; readonly cancel: () => Promise<void> }> {
  const iterator = stream[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let length = 0
  while (length < sizeBytes) {
    const next = await iterator.next()
    if (next.done === true) break
    chunks.push(next.value)
    length += next.value.length
  }
  const read = Buffer.concat(chunks)
  return {
    first: read.subarray(0, sizeBytes),
    rest: continueStream(read, iterator),
    cancel: async () => void (await iterator.return?.()),
  }
}

async function* continueStream(read: Uint8Array, iterator: AsyncIterator<Uint8Array>): ByteStream {
  try {
    if (read.length > 0) yield read
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
  } finally {
    await iterator.return?.()
  }
}
