import { open, type FileHandle } from 'node:fs/promises'
import type { Job } from '../../std/job.ts'

const readBytes = 256 * 1024

/** A file's bytes. It is closed when the reading ends. */
export async function* readFileStream(path: string, job: Job): AsyncGenerator<Uint8Array> {
  await using handle = await open(path)
  yield* readHandle(handle, 0, Number.POSITIVE_INFINITY, job)
}

/** The bytes of an open file from an offset up to another, or up to its end. */
export async function* readHandle(
  handle: FileHandle,
  startBytes: number,
  endBytes: number,
  job: Job,
): AsyncGenerator<Uint8Array> {
  for (let position = startBytes; position < endBytes;) {
    job.signal.throwIfAborted()
    const length = Math.min(readBytes, endBytes - position)
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
