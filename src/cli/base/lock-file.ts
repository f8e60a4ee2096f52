import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { BaseError } from '../../base/errors.ts'
import { formatLock, parseLock, type BaseLock } from '../../base/lock.ts'
import { byteStream } from '../../std/bytes.ts'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { writeFileFromStream } from '../../store/save-file.ts'

/** The lock in a file; undefined where there is no such file. @throws BaseError `bad-lock` */
export async function readLockFile(path: string): Promise<BaseLock | undefined> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return undefined
    throw new BaseError('bad-lock', `the lock ${path} cannot be read: ${errorMessage(cause)}`, { cause })
  }
  return parseLock(bytes, path)
}

/** Writes a lock whole or not at all. @throws StoreError */
export async function writeLockFile(path: string, lock: BaseLock, job: Job): Promise<void> {
  await writeFileFromStream(resolve(path), byteStream(Buffer.from(formatLock(lock))), job)
}
