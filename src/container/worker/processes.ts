import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The numbers of all processes in the PID namespace of one, as this one sees them; none when it has ended. */
export function processesBeside(pid: number): readonly string[] {
  const namespace = readLink(`/proc/${pid}/ns/pid`)
  const pids = readNames('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((name) => namespace !== '' && readLink(`/proc/${name}/ns/pid`) === namespace)
}

// Processes end meanwhile: what they had is nothing then.

/** A file of /proc; empty where its process is gone. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/** The target of a link of /proc; empty where its process is gone. */
export function readLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** What is in a folder of /proc; nothing where its process is gone. */
export function readNames(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
