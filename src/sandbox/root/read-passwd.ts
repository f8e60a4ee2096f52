import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { openBeneath } from '../../std/syscalls-files.ts'

const bytesMax = 1024 * 1024

/** The root's own /etc/passwd; empty where there is none that can be read, or one of an unlikely size. */
export function readPasswd(rootfs: string): string {
  const root = openSync(rootfs, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    const flags = constants.O_RDONLY | constants.O_NONBLOCK
    const descriptor = openBeneath(root, '/etc/passwd', { flags, resolve: 'in-root' })
    try {
      const stats = fstatSync(descriptor)
      if (!stats.isFile() || stats.size > bytesMax) return ''
      const buffer = Buffer.alloc(stats.size)
      return buffer.toString('utf8', 0, readSync(descriptor, buffer))
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return ''
  } finally {
    closeSync(root)
  }
}
