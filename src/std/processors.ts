import { readdirSync, readFileSync } from 'node:fs'
import { callChecked, callLibrary } from './syscalls/library.ts'

/** For 1024 processors, as many as cpu_set_t of the C library has: sched_setaffinity(2). */
const maskBytes = 128

/** The numbers of the processors on which this thread may run, in order. @throws SystemCallError */
export function allowedProcessors(): readonly number[] {
  const mask = new Uint8Array(maskBytes)
  callChecked('sched_getaffinity', undefined, 0, mask.length, mask)
  return Array.from({ length: maskBytes * 8 }, (_, number) => number).filter(
    (number) => ((mask[number >> 3] ?? 0) & (1 << (number & 7))) !== 0,
  )
}

/** This thread runs on these processors only, and so does whatever it starts. @throws SystemCallError `EINVAL` where it may run on none of them */
export function confineThread(processors: readonly number[]): void {
  callChecked('sched_setaffinity', undefined, 0, maskBytes, maskOf(processors))
}

/**
 * All threads of this process, and of all processes that descend from it, run on these processors only, and so does whatever they start:
 * `taskset --all-tasks`. A thread that ends meanwhile, or belongs to somebody else, is left out.
 *
 * @throws SystemCallError where this thread may run on none of them
 */
export function confineProcesses(processors: readonly number[]): void {
  confineThread(processors)
  const mask = maskOf(processors)
  for (const pid of ownProcesses()) {
    for (const thread of namesIn(`/proc/${pid}/task`)) callLibrary('sched_setaffinity', Number(thread), maskBytes, mask)
  }
}

function maskOf(processors: readonly number[]): Uint8Array {
  const mask = new Uint8Array(maskBytes)
  for (const number of processors) mask[number >> 3] = (mask[number >> 3] ?? 0) | (1 << (number & 7))
  return mask
}

/** This process and its descendants. */
function ownProcesses(): readonly number[] {
  const children = Map.groupBy(
    namesIn('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number),
    parentOf,
  )
  const found = [process.pid]
  // What is appended meanwhile is visited too.
  for (const pid of found) found.push(...(children.get(pid) ?? []))
  return found
}

/** Undefined for a process that is gone: proc_pid_stat(5), whose second field is in brackets and may hold anything. */
function parentOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
