import { close, closeSync, constants, openSync, read, readSync } from 'node:fs'
import { promisify } from 'node:util'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { isUnchanged, type FolderEntry } from './folder-entry.ts'
import { changed, placeOf, unreadable } from './list-folder.ts'
import { readOpenStat } from './read-stat.ts'

const [closeFile, readAt] = [promisify(close), promisify(read)]

/**
 * Up to here a file is read in one call that holds up everything else: for a small file that is in memory, as most are, the way through
 * Node's threads takes three times as long.
 */
export const smallBytesMax = 128 * 1024

const chunkBytes = 512 * 1024

/** A file that stands in the way of nobody: a named pipe that was put there does not make this wait. */
const fileFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY

/** The content of a file that is small. @throws BuildError `context-changed`, `context-unreadable` */
export function readSmallFile(root: string, file: FolderEntry): Uint8Array {
  const descriptor = openFile(root, file)
  try {
    const content = allocate(file.sizeBytes)
    let done = 0
    while (done < content.length) {
      const count = readSync(descriptor, content, done, content.length - done, done)
      if (count === 0) throw changed(file.path)
      done += count
    }
    return content
  } catch (error) {
    throw asUnreadable(file, error)
  } finally {
    closeSync(descriptor)
  }
}

const slabBytes = 512 * 1024
let slab = Buffer.alloc(0)
let slabUsedBytes = 0

/** A piece of a larger buffer: making one for each of many small files takes as long as reading them. */
function allocate(sizeBytes: number): Buffer {
  if (slabUsedBytes + sizeBytes > slab.length) {
    slab = Buffer.allocUnsafeSlow(slabBytes)
    slabUsedBytes = 0
  }
  slabUsedBytes += sizeBytes
  return slab.subarray(slabUsedBytes - sizeBytes, slabUsedBytes)
}

/** The content of a file. @throws BuildError `context-changed` as soon as it is not what its entry says, `context-unreadable` */
export async function* streamFile(root: string, file: FolderEntry, job: Job): ByteStream {
  if (file.sizeBytes === 0) return
  if (file.sizeBytes <= smallBytesMax) {
    yield readSmallFile(root, file)
    return
  }
  const descriptor = openFile(root, file)
  try {
    for (let done = 0; done < file.sizeBytes;) {
      job.signal.throwIfAborted()
      const chunk = Buffer.allocUnsafeSlow(Math.min(chunkBytes, file.sizeBytes - done))
      const { bytesRead } = await readAt(descriptor, chunk, 0, chunk.length, done).catch((error: unknown) => {
        throw asUnreadable(file, error)
      })
      if (bytesRead === 0) throw changed(file.path)
      done += bytesRead
      yield chunk.subarray(0, bytesRead)
    }
    if (!isUnchanged(readOpenStat(descriptor), file.stat())) throw changed(file.path)
  } finally {
    await closeFile(descriptor)
  }
}

/**
 * Opens a file by its path and compares: what is not the very file that was found in the tree, unchanged, is not read. So it does not
 * matter where links on the way lead by now.
 */
function openFile(root: string, file: FolderEntry): number {
  let descriptor: number
  try {
    descriptor = openSync(placeOf(root, file.path), fileFlags)
  } catch (error) {
    throw unreadable(file.path, error)
  }
  try {
    if (isUnchanged(readOpenStat(descriptor), file.stat())) return descriptor
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
  closeSync(descriptor)
  throw changed(file.path)
}

function asUnreadable(file: FolderEntry, error: unknown): unknown {
  return error instanceof Error && 'syscall' in error ? unreadable(file.path, error) : error
}
