import { readFileSync } from 'node:fs'
import { mount } from '../../std/syscalls-mount.ts'

const unified = '/sys/fs/cgroup/unified'

/**
 * crun refuses to run, even without cgroups, where the second version of cgroups has controllers beside the first (`hybrid`). Nobody uses
 * it here, so an empty directory takes its place in this mount namespace.
 */
export function hideUnusedCgroups(): void {
  let controllers = ''
  try {
    controllers = readFileSync(`${unified}/cgroup.controllers`, 'utf8').trim()
  } catch {
    return
  }
  if (controllers !== '') mount({ source: 'none', target: unified, type: 'tmpfs', flags: 0 })
}
