import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ignoreMissing } from './errors.ts'
import { tryLockFile } from './file-lock.ts'
import { makeDirectory } from './make-directory.ts'

/*
 * Where a process works, in a scratch folder:
 *
 * host-NAME.lock    held by the process whose folder it is, from before the folder is there until it is gone
 * host-NAME/        the folder
 *
 * Who is killed leaves both behind, and the lock free.
 */
const namePattern = /^(host-[^.]+)(?:\.lock)?$/
const lockSuffix = '.lock'

/** A folder of this process alone. Disposing of it deletes it. */
export interface ScratchFolder extends AsyncDisposable {
  readonly path: string
}

/** Makes one, after {@link removeAbandoned}. */
export async function openScratchFolder(directory: string): Promise<ScratchFolder> {
  await makeDirectory(directory, 0o700)
  await removeAbandoned(directory)
  const path = join(directory, `host-${randomUUID()}`)
  for (;;) {
    const lock = await tryLockFile(`${path}${lockSuffix}`, 'exclusive')
    // Somebody looks whether it was left behind.
    if (lock === undefined) continue
    await mkdir(path, 0o700)
    return {
      path,
      async [Symbol.asyncDispose]() {
        await rm(path, { recursive: true, force: true })
        await unlink(lock.path)
        await lock[Symbol.asyncDispose]()
      },
    }
  }
}

/**
 * Deletes what killed processes left behind. To be called in a process that has the user IDs of those. What cannot be deleted now, since
 * it belongs to others, or their last processes are just ending, stays for the next time.
 */
export async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await scratchNames(directory)) {
    const path = join(directory, name)
    try {
      await using lock = await tryLockFile(`${path}${lockSuffix}`, 'exclusive')
      if (lock === undefined) continue
      // Unlike Node it deletes what lies deeper than the longest path.
      await promisify(execFile)('rm', ['-rf', '--', path])
      await unlink(lock.path)
    } catch {
      // For the next time.
    }
  }
}

/** Whether {@link removeAbandoned} could find something. */
export async function hasAbandoned(directory: string): Promise<boolean> {
  for (const name of await scratchNames(directory)) {
    await using lock = await tryLockFile(join(directory, `${name}${lockSuffix}`), 'exclusive').catch(() => undefined)
    if (lock !== undefined) return true
  }
  return false
}

async function scratchNames(directory: string): Promise<ReadonlySet<string>> {
  const names = (await readdir(directory).catch(ignoreMissing)) ?? []
  return new Set(names.flatMap((name) => namePattern.exec(name)?.[1] ?? []))
}
