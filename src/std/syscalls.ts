import { callLibrary, hasFunction, SystemCallError } from './syscalls/library.ts'

/**
 * System calls, and calls of the C library, that Node does not offer: about this process and its open files. Those about files
 * by their names are in `syscalls-files.ts`, mounts in `syscalls-mount.ts`. Foreign functions are called in `syscalls/library.ts`
 * only: a wrong type there would be a wrong access to memory.
 */

/**
 * malloc_trim(3): gives memory that is free back to the system. With glibc, buffers that one thread makes and another
 * frees stay with the process otherwise. Other C libraries have no such call, and need none.
 */
export function releaseFreeMemory(): void {
  if (hasFunction('malloc_trim')) callLibrary('malloc_trim', 0)
}

const flockOperations = { shared: 1, exclusive: 2, unlock: 8 } as const
const doNotWait = 4
const EAGAIN = 11

/**
 * flock(2) without waiting, on an open file. The lock belongs to that opening of the file, and ends when it is closed or
 * its process ends, however it ends.
 *
 * @returns whether the lock was got; false means that somebody else holds one that does not go with it.
 * @throws SystemCallError `ENOLCK`, `EOPNOTSUPP`, … where the file system has no such locks.
 */
export function tryFlock(descriptor: number, operation: keyof typeof flockOperations): boolean {
  const { result, errno } = callLibrary('flock', descriptor, flockOperations[operation] | doNotWait)
  if (result === 0) return true
  if (errno === EAGAIN) return false
  throw new SystemCallError('flock', errno)
}
