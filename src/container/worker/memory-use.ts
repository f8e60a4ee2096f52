import { processesBeside, readText } from './processes.ts'

/**
 * Bytes of memory that processes of a container take, those of pages that several share counted once: their Pss in `/proc/PID/smaps_rollup`
 * (proc_pid_smaps(5)), which Linux has since 4.14. Undefined where nobody can tell.
 *
 * @param pid of its first process
 */
export function memoryOf(pid: number): number | undefined {
  const shares = processesBeside(pid).map((name) => parseShare(readText(`/proc/${name}/smaps_rollup`)))
  const known = shares.filter((share) => share !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, share) => sum + share, 0)
}

/** What such a file tells; undefined for that of a process that ends. */
export function parseShare(text: string): number | undefined {
  const kibibytes = /^Pss: +(\d+) kB$/m.exec(text)?.[1]
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024
}
