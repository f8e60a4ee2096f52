import { open, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { ImageError } from '../../image/errors.ts'
import { atPath } from '../errors.ts'
import { createBatchWriter } from '../layout/batch-writer.ts'
import { readFrom } from '../layout/files.ts'

/** A run of bytes in a spool. */
export interface SpoolPart {
  readonly offsetBytes: number
  readonly sizeBytes: number
}

/** A temporary file for what is read more than once. It has no name, so that it is gone with its process, however that ends. */
export interface Spool extends AsyncDisposable {
  readonly handle: FileHandle
  /** The folder that it takes its space from. */
  readonly folder: string
  /** Appends a stream; one at a time. @throws ImageError `too-large` */
  append(stream: ByteStream, bytesMax: number, job: Job): Promise<SpoolPart>
  open(part: SpoolPart, job: Job, offsetBytes?: number): ByteStream
}

/** @param folder is made when it is not there. */
export async function createSpool(folder: string): Promise<Spool> {
  const handle = await atPath(folder, async () => {
    await makeDirectory(folder)
    const path = join(folder, cryptoModule().randomUUID())
    const opened = await open(path, 'wx+', 0o600)
    await unlink(path)
    return opened
  })
  let endBytes = 0
  return {
    handle,
    folder,
    async append(stream, bytesMax, job) {
      const writer = createBatchWriter(handle, folder, endBytes, { syncsEarly: false })
      const part = { offsetBytes: endBytes, sizeBytes: 0 }
      for await (const chunk of stream) {
        job.signal.throwIfAborted()
        part.sizeBytes += chunk.length
        if (part.sizeBytes > bytesMax) throw new ImageError('too-large', `the archive has more than ${bytesMax} bytes`)
        await writer.write(chunk)
      }
      await writer.flush()
      endBytes += part.sizeBytes
      return part
    },
    open: (part, job, offsetBytes = 0) =>
      readFrom(handle, folder, part.offsetBytes + offsetBytes, job, part.offsetBytes + part.sizeBytes),
    [Symbol.asyncDispose]: () => handle.close(),
  }
}
