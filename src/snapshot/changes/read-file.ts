import { closeSync, constants, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Job } from '../../std/job.ts'
import { SnapshotError } from '../errors.ts'

const chunkBytes = 256 * 1024

/** No link is followed, and nothing that is no file is waited for. */
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** A file's content. */
export async function* readFileContent(path: Buffer, sizeBytes: number, job: Job): AsyncGenerator<Uint8Array> {
  job.signal.throwIfAborted()
  if (sizeBytes <= chunkBytes) yield readSmallFile(path, sizeBytes)
  else yield* readLargeFile(path, sizeBytes, job)
}

/** At once: waiting for a thread takes longer than the reading, and most files are small. */
function readSmallFile(path: Buffer, sizeBytes: number): Uint8Array {
  const file = openSync(path, openFlags)
  try {
    const buffer = Buffer.allocUnsafeSlow(sizeBytes)
    for (let done = 0; done < sizeBytes;) {
      const bytesRead = readSync(file, buffer, done, sizeBytes - done, done)
      if (bytesRead === 0) throw changed(path)
      done += bytesRead
    }
    return buffer
  } finally {
    closeSync(file)
  }
}

async function* readLargeFile(path: Buffer, sizeBytes: number, job: Job): AsyncGenerator<Uint8Array> {
  const handle = await open(path, openFlags)
  try {
    for (let done = 0; done < sizeBytes;) {
      job.signal.throwIfAborted()
      const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, sizeBytes - done))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, done)
      if (bytesRead === 0) throw changed(path)
      done += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

function changed(path: Buffer): SnapshotError {
  return new SnapshotError('cannot-read', `${path.toString()} changed while it was read`, {
    hint: 'Something still writes into the root. Try again.',
  })
}
