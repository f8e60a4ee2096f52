import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { digestAlgorithm, digestHex, type Digest } from '../../image/digest.ts'
import { ignoreMissing, systemErrorCode } from '../../std/errors.ts'
import { tryLockFile, type FileLock } from '../../std/file-lock.ts'
import { makeDirectory } from '../../std/make-directory.ts'

/**
 * The cache folder:
 *
 * ```
 * sha256/HEX/tar, sha256/HEX/index   one layer by its diff ID; complete from the moment it is there
 * sha256/HEX/NAME                    what others keep beside it; NAME.UUID while it is made, locked by its maker
 * temporary/NAME/                    a layer in the making, its tar locked by its maker, or one that is being deleted
 * ```
 */
const temporaryName = 'temporary'

/** What a layer's folder holds. */
export const cachedFiles = { tar: 'tar', index: 'index' } as const

/** Other users have no business with what private images hold. */
const folderMode = 0o700

export function layerFolder(directory: string, diffId: Digest): string {
  return join(directory, digestAlgorithm(diffId), digestHex(diffId))
}

/** Whether a name in a layer's folder is of something that is being made: `erofs-2.UUID`. */
export function isBeingMade(name: string): boolean {
  return /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)
}

export function temporaryFolder(directory: string): string {
  return join(directory, temporaryName)
}

/** A new folder for a layer in the making, with its locked, empty tar. */
export interface WorkFolder {
  readonly path: string
  readonly lock: FileLock
}

/**
 * Makes one. Whoever finds the tar's lock free may delete the folder: its maker was killed. That can also happen between
 * the making of the folder and of the lock, and then another is made.
 */
export async function makeWorkFolder(directory: string): Promise<WorkFolder> {
  for (;;) {
    const path = await newTemporaryPath(directory)
    await mkdir(path, { mode: folderMode })
    const lock = await tryLockFile(join(path, cachedFiles.tar), 'exclusive').catch(ignoreMissing)
    if (lock !== undefined) return { path, lock }
    await deleteFolder(path)
  }
}

/** Gives a finished folder its name. @returns whether it could: something else may have the name already. */
export async function giveName(directory: string, path: string, diffId: Digest): Promise<boolean> {
  await makeDirectory(join(directory, digestAlgorithm(diffId)), folderMode)
  try {
    await rename(path, layerFolder(directory, diffId))
    return true
  } catch (error) {
    if (isNameTaken(error)) return false
    throw error
  }
}

/** Deletes a layer's folder: renamed first, so that nobody ever sees half of one. */
export async function discard(directory: string, folder: string): Promise<void> {
  const grave = await newTemporaryPath(directory)
  await rename(folder, grave).catch(ignoreMissing)
  await deleteFolder(grave)
}

/**
 * Deletes a layer's folder of which a file was found not to be sound, unless the folder is another one by now: who has pruned it may have
 * been followed by somebody who made it again.
 */
export async function discardUnsound(directory: string, folder: string, file: FileHandle, name: string): Promise<void> {
  const named = await stat(join(folder, name)).catch(ignoreMissing)
  const found = await file.stat()
  if (named?.ino === found.ino && named.dev === found.dev) await discard(directory, folder)
}

/** Two may delete one folder at once, so one of them may find what the other has just put there. */
export async function deleteFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 10 })
}

async function newTemporaryPath(directory: string): Promise<string> {
  const parent = temporaryFolder(directory)
  await makeDirectory(parent, folderMode)
  return join(parent, randomUUID())
}

function isNameTaken(error: unknown): boolean {
  const code = systemErrorCode(error)
  return code === 'ENOTEMPTY' || code === 'EEXIST'
}
