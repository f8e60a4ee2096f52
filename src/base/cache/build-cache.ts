import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemErrorCode } from '../../std/errors.ts'
import { tryLockFile, type FileLock } from '../../std/file-lock.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { cacheError, type CacheFolders } from './cache-files.ts'

/** The cache of builds, while one build uses it. */
export interface BuildCache extends CacheFolders, AsyncDisposable {}

const lockSuffix = '.lock'

/**
 * Opens the cache of builds, which is made when it is not there, and clears away what builds have left there that were killed.
 *
 * @throws BaseError `cache-unusable`
 */
export async function openBuildCache(folder: string): Promise<BuildCache> {
  const scratch = join(folder, 'scratch')
  try {
    await mkdir(scratch, { recursive: true, mode: 0o700 })
    await clearLeftovers(scratch)
    const { lock, path } = await takeFolder(scratch)
    return {
      folder,
      scratchFolder: path,
      async [Symbol.asyncDispose]() {
        await removeFolder(path, lock)
      },
    }
  } catch (error) {
    throw systemErrorCode(error) === undefined ? error : cacheError(folder, error)
  }
}

/** A folder with a lock beside it, which tells that somebody is at work in it. */
async function takeFolder(scratch: string): Promise<{ readonly lock: FileLock; readonly path: string }> {
  for (;;) {
    const path = join(scratch, cryptoModule().randomBytes(8).toString('hex'))
    // Another build may have thought that the lock was left behind.
    const lock = await tryLockFile(`${path}${lockSuffix}`, 'exclusive')
    if (lock === undefined) continue
    await mkdir(path, { mode: 0o700 })
    return { lock, path }
  }
}

async function clearLeftovers(scratch: string): Promise<void> {
  for (const name of await readdir(scratch)) {
    if (!name.endsWith(lockSuffix)) continue
    const path = join(scratch, name)
    const lock = await tryLockFile(path, 'exclusive')
    if (lock !== undefined) await removeFolder(path.slice(0, -lockSuffix.length), lock)
  }
}

/** The folder first: a lock without a folder is cleared away again, a folder without a lock is not. */
async function removeFolder(path: string, lock: FileLock): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
    await rm(lock.path, { force: true })
  } finally {
    await lock[Symbol.asyncDispose]()
  }
}
