import { constants } from 'node:fs'
import { lstat, mkdir, open, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, ignoreMissing, systemErrorCode } from '../../std/errors.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { printable } from '../../std/printable.ts'
import { BuildError } from '../errors.ts'

/**
 * A folder that files are written into, held open. Names are looked up in the folder itself, not by its path, so that
 * nobody can lead the writer elsewhere, whatever becomes of the path meanwhile.
 */
export interface TargetFolder extends AsyncDisposable {
  /** For messages. */
  readonly title: string
  readonly handle: FileHandle
  /** The path of something in it, for a system call that does not follow a link at its end. */
  pathOf(name: Uint8Array): Buffer
}

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/** Opens the folder that a user has named, and makes it if need be. Links in its path are the user's own. */
export async function openTargetFolder(path: string, named: string): Promise<TargetFolder> {
  return await exporting(path, async () => {
    await makeDirectory(path)
    // The name that was given may be a link, one of ours below it may not.
    const flags =
      path === named || join(path) === join(named) ? constants.O_RDONLY | constants.O_DIRECTORY : directoryFlags
    return targetFolder(await open(path, flags), path)
  })
}

/** Opens a folder in a folder, and makes it if need be. A link that stands there is replaced, never followed. */
export async function openInside(parent: TargetFolder, name: Uint8Array, title: string): Promise<TargetFolder> {
  return await exporting(title, async () => {
    const path = parent.pathOf(name)
    const found = await lstat(path).catch(ignoreMissing)
    if (found !== undefined && !found.isDirectory()) await unlink(path)
    if (found?.isDirectory() !== true) await mkdir(path, 0o700)
    const handle = await open(path, directoryFlags)
    // One of an earlier export may be there for reading only.
    if (found?.isDirectory() === true && process.getuid?.() !== 0) await handle.chmod(0o700)
    return targetFolder(handle, title)
  })
}

/** Takes away what stands where a file or link is to be. @throws BuildError `export-failed` for a folder */
export async function makeRoom(parent: TargetFolder, name: Uint8Array, title: string): Promise<void> {
  const path = parent.pathOf(name)
  const found = await exporting(title, () => lstat(path).catch(ignoreMissing))
  if (found === undefined) return
  if (found.isDirectory()) {
    throw new BuildError('export-failed', `${printable(title)} is a folder, and the image has a file there`, {
      hint: 'Export to an empty folder, or delete this one.',
    })
  }
  await exporting(title, () => unlink(path))
}

function targetFolder(handle: FileHandle, title: string): TargetFolder {
  const start = Buffer.from(`/proc/self/fd/${handle.fd}/`)
  return {
    title,
    handle,
    pathOf: (name) => Buffer.concat([start, name]),
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

/** Says what the system says of a path as a failed export. */
export async function exporting<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    const code = systemErrorCode(cause)
    if (code === undefined || cause instanceof BuildError) throw cause
    const hint = code === 'ENOSPC' || code === 'EDQUOT' ? 'Make room, and build again.' : undefined
    throw new BuildError('export-failed', `${printable(title)} cannot be written: ${errorMessage(cause)}`, {
      cause,
      hint,
    })
  }
}
