import type { ProgressEvent } from '../std/events.ts'
import { releaseFreeMemory } from '../std/syscalls.ts'

/** How many bytes are moved before what they left behind is given back. */
const releaseEveryBytes = 32e6

/**
 * Keeps what transfers leave behind in memory small: called with every event of a job, it acts when bytes begin to move,
 * and now and then while they do.
 *
 * Each piece that comes from a socket is a buffer of 64 KiB behind an object of a few bytes, and V8 frees it when it collects
 * the small objects. With the usual room for 16 MB of these, 50 MB of dead buffers pile up; with 1 MB, next to nothing.
 */
export function transferMemoryBound(): (event: ProgressEvent) => void {
  const bytesOfTasks = new Map<string, number>()
  let isBounded = false
  let bytes = 0
  return (event) => {
    if (event.type === 'task-started' && !isBounded) {
      isBounded = true
      process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1')
    }
    if (event.type !== 'task-progress') return
    bytes += Math.max(0, event.bytes - (bytesOfTasks.get(event.id) ?? 0))
    bytesOfTasks.set(event.id, event.bytes)
    if (bytes < releaseEveryBytes) return
    bytes = 0
    releaseFreeMemory()
  }
}
