import { readSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { FileAttributes } from '../file-entry.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'

/** What must be known of a file to find its bytes in the plain tar. */
export type FileExtent = Pick<FileAttributes, 'sizeBytes' | 'dataOffsetBytes' | 'sparse'>

const chunkBytes = 256 * 1024
/** For so few bytes, asking a thread takes ten times longer than reading them. */
const quickBytes = 32 * 1024

/** Thrown when a tar is shorter than its index says. */
export class ShortTarError extends Error {}

/** A file's content, holes included, in memory. @throws ShortTarError */
export async function readContent(tar: FileHandle, extent: FileExtent): Promise<Uint8Array> {
  const { sizeBytes, dataOffsetBytes, sparse } = extent
  if (sparse === undefined) {
    const content = Buffer.allocUnsafe(sizeBytes)
    await readFully(tar, content, dataOffsetBytes)
    return content
  }
  const content = Buffer.alloc(sizeBytes)
  let position = dataOffsetBytes
  for (const run of sparse) {
    await readFully(tar, content.subarray(run.offsetBytes, run.offsetBytes + run.sizeBytes), position)
    position += run.sizeBytes
  }
  return content
}

/** A file's content from `offsetBytes` on, holes included. @throws ShortTarError */
export async function* streamContent(
  tar: FileHandle,
  extent: FileExtent,
  job: Job,
  offsetBytes = 0,
): AsyncGenerator<Uint8Array> {
  let done = offsetBytes
  let position = extent.dataOffsetBytes
  for (const run of extent.sparse ?? [{ offsetBytes: 0, sizeBytes: extent.sizeBytes }]) {
    yield* zeros(run.offsetBytes - done, job)
    done = Math.max(done, run.offsetBytes)
    const end = run.offsetBytes + run.sizeBytes
    if (done < end) {
      yield* stored(tar, position + done - run.offsetBytes, end - done, job)
      done = end
    }
    position += run.sizeBytes
  }
  yield* zeros(extent.sizeBytes - done, job)
}

async function* stored(tar: FileHandle, position: number, sizeBytes: number, job: Job): ByteStream {
  for (let done = 0; done < sizeBytes; done += chunkBytes) {
    job.signal.throwIfAborted()
    const chunk = Buffer.allocUnsafeSlow(Math.min(chunkBytes, sizeBytes - done))
    await readFully(tar, chunk, position + done)
    yield chunk
  }
}

async function* zeros(sizeBytes: number, job: Job): ByteStream {
  for (let done = 0; done < sizeBytes; done += chunkBytes) {
    job.signal.throwIfAborted()
    yield Buffer.alloc(Math.min(chunkBytes, sizeBytes - done))
  }
}

async function readFully(handle: FileHandle, target: Buffer, position: number): Promise<void> {
  let done = 0
  while (done < target.length) {
    const sizeBytes = target.length - done
    const bytesRead =
      sizeBytes <= quickBytes
        ? readSync(handle.fd, target, done, sizeBytes, position + done)
        : (await handle.read(target, done, sizeBytes, position + done)).bytesRead
    if (bytesRead === 0) throw new ShortTarError(`the tar ends at ${position + done}`)
    done += bytesRead
  }
}
