import { execFile } from 'node:child_process'
import { lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { errorMessage } from '../std/errors.ts'
import type { Job } from '../std/job.ts'
import { setAccessTime } from '../std/syscalls-files.ts'
import { mountRestricted, unmount } from '../std/syscalls-mount.ts'
import { SnapshotError } from './errors.ts'
import { PlainTree } from './mount/plain-tree.ts'
import { removeTree } from '../std/remove-tree.ts'
import type { WritableRoot } from './snapshot.ts'

/** A copy of a root whose files tell by their access times that they were read. Disposing of it deletes it. */
export interface PlainCopy extends WritableRoot {
  /** From now on it counts what is read and what is changed: every file was last read in 1970. The first call counts. */
  begin(): void

  /**
   * What was read, mapped, executed or, of directories, listed since {@link begin}, by absolute path. Links are left out. Opening alone does not
   * count, nor does what is done beside this root.
   *
   * @throws SnapshotError `cannot-read`
   */
  accessed(job: Job): Promise<ReadonlySet<string>>
}

/** Whether the times at which files of a folder are read are kept: not where it is mounted `noatime`. The folder must be there. */
export function keepsAccessTimes(folder: string): boolean {
  const file = join(folder, 'read-at')
  writeFileSync(file, 'x')
  setAccessTime(file, { seconds: 0, nanoseconds: 0 })
  readFileSync(file)
  return lstatSync(file).atimeMs > 0
}

/**
 * Copies a mounted root file system: owners, modes, times, links and attributes. To be called in a process that has a mount namespace of
 * its own. It takes the time and the space of all its files.
 *
 * @param source such as {@link WritableSnapshot.rootfs}
 * @throws SnapshotError `cannot-write`
 */
export async function openPlainCopy(source: string, scratchDirectory: string, job: Job): Promise<PlainCopy> {
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(scratchDirectory, 'copy-'))
  opened.defer(() => removeTree(folder))
  const rootfs = join(folder, 'rootfs')
  await mkdir(rootfs)
  await copy(source, rootfs, job)
  // Runtimes want the root to be a mount. No device in it can be opened.
  mountRestricted(rootfs, rootfs, ['noDevices'])
  opened.defer(() => unmount(rootfs))
  const tree = new PlainTree(rootfs)
  const kept = opened.move()
  return {
    rootfs,
    begin: () => tree.begin(),
    accessed: (job) => tree.accessed(job),
    changedPaths: (_options, job) => tree.changedPaths(job),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

async function copy(source: string, target: string, job: Job): Promise<void> {
  const words = ['--archive', '--reflink=auto', '--no-target-directory', source, target]
  try {
    await promisify(execFile)('cp', words, { signal: job.signal, killSignal: 'SIGKILL' })
  } catch (error) {
    job.signal.throwIfAborted()
    throw new SnapshotError('cannot-write', `the root cannot be copied: ${errorMessage(error)}`, { cause: error })
  }
}
