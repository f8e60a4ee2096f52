import { closeSync, readlinkSync, readSync } from 'node:fs'
import { fstatSync } from 'node:fs'
import { systemErrorCode } from './errors.ts'
import type { SystemPath } from './syscalls-files.ts'
import { callChecked, cString, subjectOf } from './syscalls/library.ts'

/*
 * fanotify(7): the kernel tells which files of a whole file system are opened, by whomever, in whatever mount namespace. It takes the right
 * over the whole machine.
 */

const initFlags = { closeOnExec: 0x1, doNotWait: 0x2, unlimitedQueue: 0x10, unlimitedMarks: 0x20 } as const
/** Of the files that come with events: a named pipe must not wait for somebody to write into it. */
const fileFlags = { doNotWait: 0o4000, largeFile: 0o100000, closeOnExec: 0o2000000 } as const
const markFlags = { add: 0x1, fileSystem: 0x100 } as const
const eventMasks = { open: 0x20, openToExecute: 0x1000, overflow: 0x4000, onDirectories: 0x4000_0000 } as const

/**
 * fanotify_init(2) and fanotify_mark(2): every opening of a file or directory of the file system that a path is on is put into a queue
 * without bound, from now on. Linux has it since 5.0.
 *
 * @returns a file descriptor, to be closed by the caller.
 * @throws SystemCallError `EPERM` without the right, `ENOSYS`, `EINVAL`, …
 */
export function watchFileSystem(path: SystemPath): number {
  const { closeOnExec, doNotWait, unlimitedQueue, unlimitedMarks } = initFlags
  const flags = closeOnExec | doNotWait | unlimitedQueue | unlimitedMarks
  const ofFiles = fileFlags.doNotWait | fileFlags.largeFile | fileFlags.closeOnExec
  const queue = callChecked('fanotify_init', undefined, flags, ofFiles)
  try {
    const mask = eventMasks.open | eventMasks.openToExecute | eventMasks.onDirectories
    const how = markFlags.add | markFlags.fileSystem
    callChecked('fanotify_mark', subjectOf(path), queue, how, mask, currentDirectory, cString(path))
    return queue
  } catch (error) {
    closeSync(queue)
    throw error
  }
}

const currentDirectory = -100

/** A file that was opened. */
export interface OpenEvent {
  /** Who did it, as this process sees him; 0 where it cannot. */
  readonly pid: number
  /** As the mount namespace of who opened it has it, unless that is in sight of this process. */
  readonly path: string
  readonly isToExecute: boolean
}

/** The kernel could not queue an event: some are missing. */
class LostEventsError extends Error {}

/** `struct fanotify_event_metadata`. */
const eventBytes = 24
/** Each event comes with an open file, and this process may have only so many. */
const buffer = Buffer.alloc(eventBytes * 256)

/**
 * The next events of a queue, without waiting; none where there are none now.
 *
 * @throws Error where the kernel could not keep all; SystemCallError
 */
export function readOpenEvents(queue: number): readonly OpenEvent[] {
  const length = readIfAny(queue)
  const events: OpenEvent[] = []
  let isLost = false
  for (let at = 0; at + eventBytes <= length; at += buffer.readUInt32LE(at)) {
    const mask = buffer.readUInt32LE(at + 8)
    const file = buffer.readInt32LE(at + 16)
    if ((mask & eventMasks.overflow) !== 0 || file < 0) isLost = true
    else {
      const path = takePath(file)
      events.push({ pid: buffer.readInt32LE(at + 20), path, isToExecute: (mask & eventMasks.openToExecute) !== 0 })
    }
  }
  if (isLost) throw new LostEventsError('the kernel could not keep all events')
  return events
}

function readIfAny(queue: number): number {
  try {
    return readSync(queue, buffer)
  } catch (error) {
    if (systemErrorCode(error) === 'EAGAIN') return 0
    throw error
  }
}

const deletedMark = ' (deleted)'

/** The name of an open file, which is closed. Where it has none any more, the one that it had. */
function takePath(file: number): string {
  try {
    const path = readlinkSync(`/proc/self/fd/${file}`)
    const isDeleted = path.endsWith(deletedMark) && fstatSync(file).nlink === 0
    return isDeleted ? path.slice(0, -deletedMark.length) : path
  } finally {
    closeSync(file)
  }
}
