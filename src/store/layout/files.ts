import { fstatSync } from 'node:fs'
import { open, rename, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Job } from '../../std/job.ts'
import { lockFile, type FileLock, type LockMode } from '../../std/file-lock.ts'
import { systemErrorCode } from '../../std/errors.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { atPath } from '../errors.ts'

/** Makes what was renamed in or out of a folder last a power cut. */
export async function syncFolder(path: string): Promise<void> {
  await atPath(path, async () => {
    await using handle = await open(path, 'r')
    await handle.sync()
  })
}

/** Puts a whole file in place of another, or nothing: whoever looks sees the old one or the new one. */
export async function replaceFile(path: string, temporaryPath: string, bytes: Uint8Array): Promise<void> {
  await atPath(path, async () => {
    {
      await using handle = await open(temporaryPath, 'w')
      await handle.writeFile(bytes)
      await handle.sync()
    }
    await rename(temporaryPath, path)
  })
  await syncFolder(dirname(path))
}

/** Does `work` under a lock of the store; its folder is made when it is not there. */
export async function withLock<Result>(
  path: string,
  mode: LockMode,
  title: string,
  job: Job,
  work: (lock: FileLock) => Promise<Result>,
): Promise<Result> {
  await using lock = await atPath(path, () => lockInFolder(path, mode, title, job))
  return await work(lock)
}

async function lockInFolder(path: string, mode: LockMode, title: string, job: Job): Promise<FileLock> {
  try {
    return await lockFile(path, mode, { title }, job)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
    await makeDirectory(dirname(path))
    return await lockFile(path, mode, { title }, job)
  }
}

/** What `work` gives, or undefined when there is no such file. */
export async function unlessMissing<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** A small file as a whole; undefined where it is not there, or `accepts` does not take its size. */
export async function readIfThere(
  path: string,
  accepts: (sizeBytes: number) => boolean,
): Promise<Uint8Array | undefined> {
  return await atPath(path, async () => {
    const handle = await unlessMissing(() => open(path, 'r'))
    if (handle === undefined) return undefined
    try {
      const stats = fstatSync(handle.fd)
      return stats.isFile() && accepts(stats.size) ? await handle.readFile() : undefined
    } finally {
      await handle.close()
    }
  })
}

const readBytes = 512 * 1024

/**
 * The bytes of an open file, with the next piece being read while the last is at work.
 *
 * @param endBytes where to stop, if not at the end of the file.
 */
export async function* readFrom(
  handle: FileHandle,
  path: string,
  offsetBytes: number,
  job: Job,
  endBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  let position = offsetBytes
  const readNext = async (): Promise<Uint8Array> => {
    const buffer = Buffer.allocUnsafeSlow(Math.min(readBytes, Math.max(0, endBytes - position)))
    const { bytesRead } = await atPath(path, () => handle.read(buffer, 0, buffer.length, position))
    position += bytesRead
    return buffer.subarray(0, bytesRead)
  }
  let next = readNext()
  try {
    for (;;) {
      const chunk = await next
      job.signal.throwIfAborted()
      if (chunk.length === 0) return
      next = readNext()
      yield chunk
    }
  } finally {
    // The file may be closed only when nobody reads from it, whether or not anybody still wants to know.
    await next.catch(() => undefined)
  }
}
