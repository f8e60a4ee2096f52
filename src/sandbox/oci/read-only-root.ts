import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { mountRestricted } from '../../std/syscalls-mount.ts'

/** In a process' scratch directory; to be unmounted before that goes. */
export const readOnlyRootName = 'root'

/**
 * Mounts a root once more, so that nobody can write through that mount or open devices. runc makes a root read-only by mounting it
 * anew, and forgets then that no device may be opened: it gets one that is read-only already.
 *
 * @returns where it is mounted
 * @throws SystemCallError
 */
export function mountReadOnlyRoot(rootfs: string, scratch: string): string {
  const target = join(scratch, readOnlyRootName)
  mkdirSync(target)
  mountRestricted(rootfs, target, ['readOnly', 'noDevices'])
  return target
}
