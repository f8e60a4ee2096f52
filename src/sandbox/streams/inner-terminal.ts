import { closeSync, readdirSync, readlinkSync } from 'node:fs'
import { setTerminalSize, takeDescriptor } from '../../std/syscalls-process.ts'

/**
 * Tells the terminal that crun made for a process how large it is: crun hands on no new size of its own terminal, so we take hold of what
 * crun has open. Nothing happens where crun has none.
 */
export function resizeInnerTerminal(runtimePid: number, columns: number, rows: number): void {
  try {
    const directory = `/proc/${runtimePid}/fd`
    const isMaster = (name: string): boolean => readlinkSync(`${directory}/${name}`).endsWith('/ptmx')
    const found = readdirSync(directory).find(isMaster)
    if (found === undefined) return
    const master = takeDescriptor(runtimePid, Number(found))
    setTerminalSize(master, columns, rows)
    closeSync(master)
  } catch {
    // It has ended.
  }
}
