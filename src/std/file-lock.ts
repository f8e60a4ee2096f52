import { constants, fstatSync, statSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { systemErrorCode } from './errors.ts'
import type { Job } from './job.ts'
import { tryFlock } from './syscalls.ts'

/** `shared` goes with other shared locks, `exclusive` with none. */
export type LockMode = 'shared' | 'exclusive'

/**
 * A held lock on a file, between processes and within one. It ends when it is disposed of or when its process ends,
 * however it ends: a lock is never left behind.
 */
export interface FileLock extends AsyncDisposable {
  readonly path: string
  /** The locked file, open for reading and writing. Closing it is the lock's business. */
  readonly handle: FileHandle
}

/** What the waiting for a lock is called. */
export interface LockOptions {
  /** What is being waited for, as people call it: it ends the notice "Waiting for another process to finish …". */
  readonly title: string
}

const firstPauseMs = 1
const longestPauseMs = 50
const noticeAfterMs = 1000

/**
 * Locks a file, which is made when it is not there, and waits for those who hold it. The file may be one that its holders
 * rename or delete: the lock that is given is always on the file that has the name now.
 *
 * Waiting is by asking again: flock(2) itself could not be cancelled and would take one of Node's few threads.
 *
 * @throws the reason of `job.signal` when that is aborted, and system errors as they come.
 */
export async function lockFile(path: string, mode: LockMode, options: LockOptions, job: Job): Promise<FileLock> {
  const startMs = job.clock.now()
  let pauseMs = firstPauseMs
  let isNoticed = false
  for (;;) {
    job.signal.throwIfAborted()
    const lock = await tryLockFile(path, mode)
    if (lock !== undefined) return lock
    if (!isNoticed && job.clock.now() - startMs >= noticeAfterMs) {
      isNoticed = true
      job.emit({ type: 'notice', level: 'info', message: `Waiting for another process to finish ${options.title}` })
    }
    await job.clock.sleep(pauseMs, job.signal)
    pauseMs = Math.min(pauseMs * 2, longestPauseMs)
  }
}

/** Does `work` under a lock: {@link lockFile}, and let go whatever happens. */
export async function withFileLock<Result>(
  path: string,
  mode: LockMode,
  options: LockOptions,
  job: Job,
  work: (lock: FileLock) => Promise<Result>,
): Promise<Result> {
  await using lock = await lockFile(path, mode, options, job)
  return await work(lock)
}

/** {@link lockFile} for those who do not wait: undefined when somebody else holds the file. */
export async function tryLockFile(path: string, mode: LockMode): Promise<FileLock | undefined> {
  for (;;) {
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o666)
    let isKept = false
    try {
      if (!tryFlock(handle.fd, mode)) return undefined
      if (!isNamed(handle, path)) continue
      isKept = true
      return { path, handle, [Symbol.asyncDispose]: () => handle.close() }
    } finally {
      if (!isKept) await handle.close()
    }
  }
}

/** Whether somebody holds a file with an exclusive lock. One that is not there nobody holds, and unlike locking this makes none. */
export async function isLockedExclusively(path: string): Promise<boolean> {
  let handle: FileHandle
  try {
    handle = await open(path, constants.O_RDONLY)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw error
  }
  try {
    return !tryFlock(handle.fd, 'shared')
  } finally {
    await handle.close()
  }
}

/**
 * Whether the open file is still what its path names: its last holder may have renamed or deleted it. Asked at once: the way through Node's
 * threads would take longer, and a build takes dozens of locks.
 */
function isNamed(handle: FileHandle, path: string): boolean {
  const opened = fstatSync(handle.fd)
  try {
    const named = statSync(path)
    return named.ino === opened.ino && named.dev === opened.dev
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false
    throw error
  }
}
