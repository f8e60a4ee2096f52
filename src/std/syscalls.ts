import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'
import type * as Koffi from 'koffi'

/**
 * System calls, and calls of the C library, that Node does not offer. This is the only file that calls foreign functions: a wrong type here would be a
 * wrong access to memory.
 *
 * The bridge (koffi) takes 12 ms to load, so it is loaded with the first call and not with the program.
 */

/** A system call that failed. `code` is the kernel's name for why, such as `ENOLCK`. */
class SystemCallError extends Error {
  readonly code: string

  constructor(call: string, errno: number) {
    const code = getSystemErrorName(-errno)
    super(`${call}: ${code}`)
    this.name = 'SystemCallError'
    this.code = code
  }
}

interface Library {
  call(name: 'flock' | 'malloc_trim', ...values: readonly number[]): number
  errno(): number
}

let loaded: Library | undefined

function library(): Library {
  loaded ??= loadLibrary()
  return loaded
}

function loadLibrary(): Library {
  const koffi: typeof Koffi = createRequire(import.meta.url)('koffi')
  const program = koffi.load(null)
  const functions = {
    flock: program.func('int flock(int descriptor, int operation)'),
    malloc_trim: findFunction(program, 'int malloc_trim(size_t pad)') ?? (() => 0),
  }
  return {
    call(name, ...values) {
      const result: unknown = functions[name](...values)
      if (typeof result !== 'number') throw new TypeError(`${name} gave a ${typeof result}`)
      return result
    },
    errno: () => koffi.errno(),
  }
}

/** For functions that not every C library has. */
function findFunction(
  program: Koffi.LibraryHandle,
  prototype: string,
): ReturnType<Koffi.LibraryHandle['func']> | undefined {
  try {
    return program.func(prototype)
  } catch {
    return undefined
  }
}

/**
 * malloc_trim(3): gives memory that is free back to the system. With glibc, buffers that one thread makes and another
 * frees stay with the process otherwise. Other C libraries have no such call, and need none.
 */
export function releaseFreeMemory(): void {
  library().call('malloc_trim', 0)
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
  const libc = library()
  if (libc.call('flock', descriptor, flockOperations[operation] | doNotWait) === 0) return true
  const reason = libc.errno()
  if (reason === EAGAIN) return false
  throw new SystemCallError('flock', reason)
}
