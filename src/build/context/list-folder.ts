import { closeSync, constants, openSync, readdirSync, readlinkSync } from 'node:fs'
import { systemErrorCode } from '../../std/errors.ts'
import { decodePathText } from '../../std/path-text.ts'
import { printable } from '../../std/printable.ts'
import type { SystemStat } from '../../std/syscalls-stat.ts'
import { BuildError } from '../errors.ts'
import { isSameFile, kindOf, type FolderEntry } from './folder-entry.ts'
import { joinPath } from './join-path.ts'
import { readOpenStat, readStat } from './read-stat.ts'
import { decodeNames, systemPath } from './system-path.ts'

/**
 * Looks into directories of a folder that others may change meanwhile. A directory is opened by its path, and used only if it is
 * the very one that was found when its parent was looked into; what lies in it is reached through the open directory. So nothing
 * outside is ever looked at, wherever links have been put meanwhile.
 */
export function withDirectory<Result>(
  root: string,
  directory: FolderEntry,
  use: (open: OpenDirectory) => Result,
): Result {
  const path = placeOf(root, directory.path)
  const descriptor = openDirectory(path, directory)
  try {
    if (!isSameFile(readOpenStat(descriptor), directory.stat())) throw changed(directory.path)
    return use({ directory, descriptor, place: `/proc/self/fd/${descriptor}` })
  } finally {
    closeSync(descriptor)
  }
}

/** A directory that is open, and a place through which the kernel finds what lies in it, whatever happens to its name. */
export interface OpenDirectory {
  readonly directory: FolderEntry
  readonly descriptor: number
  readonly place: string
}

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

function openDirectory(path: string | Buffer, directory: FolderEntry): number {
  try {
    return openSync(path, directoryFlags)
  } catch (error) {
    throw unreadable(directory.path, error)
  }
}

/** Where a path of a tree lies on disk. */
export function placeOf(root: string, path: string): string | Buffer {
  return systemPath(path === '/' ? root : `${root === '/' ? '' : root}${path}`)
}

/** The names that lie in a directory, in no order. */
export function namesIn({ directory, place }: OpenDirectory): readonly string[] {
  try {
    return decodeNames(readdirSync(place), () => readdirSync(place, 'buffer'))
  } catch (error) {
    throw unreadable(directory.path, error)
  }
}

/** One name in a directory. Undefined for what is not there (any more). */
export function statIn({ directory, descriptor }: OpenDirectory, name: string): SystemStat | undefined {
  try {
    return readStat(descriptor, name)
  } catch (error) {
    throw unreadable(joinPath(directory.path, name), error)
  }
}

/** Where a link that was found in a directory leads; empty for everything else. */
export function targetIn({ directory, place }: OpenDirectory, name: string, stat: SystemStat): string {
  if (kindOf(stat.mode) !== 'symbolic-link') return ''
  return readTarget(`${place}/${name}`, joinPath(directory.path, name))
}

function readTarget(place: string, path: string): string {
  try {
    return decodePathText(readlinkSync(systemPath(place), 'buffer'))
  } catch (error) {
    if (systemErrorCode(error) === 'EINVAL' || systemErrorCode(error) === 'ENOENT') throw changed(path)
    throw unreadable(path, error)
  }
}

/** Why a part of a context cannot be read, with what to do. */
export function unreadable(path: string, error: unknown): BuildError {
  const code = systemErrorCode(error)
  if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return changed(path)
  const why = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : (code ?? 'it cannot be read')
  return new BuildError('context-unreadable', `${printable(path)} of the build context: ${why}`, {
    cause: error,
    hint: `Make it readable, or leave it out with a line "${printable(path.slice(1))}" in .dockerignore.`,
  })
}

/** Somebody changed the context while it was read. */
export function changed(path: string): BuildError {
  return new BuildError('context-changed', `${printable(path)} of the build context changed while it was read`, {
    hint: 'Run the build again when nothing writes there, or leave it out with .dockerignore.',
  })
}
