import { open, rename, stat, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import { cryptoModule } from '../std/node-modules.ts'
import { atPath } from './errors.ts'
import { createBatchWriter } from './layout/batch-writer.ts'
import { syncFolder, unlessMissing } from './layout/files.ts'

/**
 * Writes a file from a stream. It gets its name when it is whole and on the disk; until then a file of that name stays as it
 * is. Whatever is there and is no plain file (a pipe, `/dev/stdout`) is written to directly.
 *
 * @throws StoreError `disk-full`, `not-writable`, …; what the stream throws
 */
export async function writeFileFromStream(path: string, stream: ByteStream, job: Job): Promise<void> {
  const target = resolve(path)
  const found = await atPath(target, () => unlessMissing(() => stat(target)))
  if (found !== undefined && !found.isFile()) {
    await using handle = await atPath(target, () => open(target, 'w'))
    for await (const chunk of stream) {
      job.signal.throwIfAborted()
      await atPath(target, () => handle.writeFile(chunk))
    }
    return
  }
  const temporaryPath = join(dirname(target), `.${basename(target)}.${cryptoModule().randomUUID()}`)
  try {
    await using handle = await atPath(target, () => open(temporaryPath, 'wx'))
    await fill(handle, target, stream, job)
    await atPath(target, () => rename(temporaryPath, target))
  } catch (error) {
    await unlessMissing(() => unlink(temporaryPath))
    throw error
  }
  await syncFolder(dirname(target))
}

async function fill(handle: FileHandle, path: string, stream: ByteStream, job: Job): Promise<void> {
  const writer = createBatchWriter(handle, path, 0, { syncsEarly: true })
  for await (const chunk of stream) {
    job.signal.throwIfAborted()
    await writer.write(chunk)
  }
  await writer.flush()
  await atPath(path, () => handle.datasync())
}
