import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { systemErrorCode } from '../../std/errors.ts'
import { openBeneath } from '../../std/syscalls-files.ts'
import { attachMount, cloneMount } from '../../std/syscalls-mount.ts'
import type { AccountFiles } from '../../image/user.ts'

const O_PATH = 0o10000000
const textBytesMax = 16 * 1024 * 1024

/** The account files of a root. Its links lead nowhere but into it. */
export function readAccountFiles(rootfs: string): AccountFiles {
  return { passwd: readText(rootfs, '/etc/passwd'), group: readText(rootfs, '/etc/group') }
}

function readText(rootfs: string, path: string): string {
  const descriptor = openInRoot(rootfs, path, constants.O_RDONLY | constants.O_NONBLOCK)
  if (descriptor === undefined) return ''
  try {
    const stat = fstatSync(descriptor)
    return stat.isFile() && stat.size <= textBytesMax ? readFileSync(descriptor, 'utf8') : ''
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Mounts what a path of a root leads to at a place of our own, from where a runtime can mount it on: exactly this file, whatever has its
 * name meanwhile.
 *
 * @param target where nothing is yet
 * @returns whether there is such a path
 */
export function bindFromRoot(rootfs: string, path: string, target: string): boolean {
  const descriptor = openInRoot(rootfs, path, O_PATH)
  if (descriptor === undefined) return false
  try {
    const mount = cloneMount(descriptor, '', { recursive: false })
    try {
      if (fstatSync(descriptor).isDirectory()) mkdirSync(target)
      else writeFileSync(target, '')
      attachMount(mount, target)
      return true
    } finally {
      closeSync(mount)
    }
  } finally {
    closeSync(descriptor)
  }
}

function openInRoot(rootfs: string, path: string, flags: number): number | undefined {
  const root = openSync(rootfs, O_PATH | constants.O_DIRECTORY)
  try {
    return openBeneath(root, path, { flags, resolve: 'in-root' })
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined
    throw error
  } finally {
    closeSync(root)
  }
}
