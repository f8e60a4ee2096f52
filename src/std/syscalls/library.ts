import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'
import type * as Koffi from 'koffi'
import { assert } from '../assert.ts'
import { encodePathText } from '../path-text.ts'

/** Node does not know all: errno(3), with Linux' numbers. */
const namesBeyondNode: { readonly [errno: number]: string } = { 15: 'ENOTBLK', 115: 'EINPROGRESS' }

/** A system call that failed. `code` is the kernel's name for why, such as `ENOLCK`. */
export class SystemCallError extends Error {
  readonly code: string

  constructor(call: string, errno: number, subject?: string) {
    const code = namesBeyondNode[errno] ?? getSystemErrorName(-errno)
    super(subject === undefined ? `${call}: ${code}` : `${call}: ${code}, ${JSON.stringify(subject)}`)
    this.name = 'SystemCallError'
    this.code = code
  }
}

/**
 * The functions that are called, with their types as the C library has them. Where it has none, or not in every version,
 * it is syscall(2), under a name of its own for each list of arguments. Numbers go as `long` there, as the kernel takes them.
 */
const prototypes = {
  flock: ['flock', 'int', ['int', 'int']],
  malloc_trim: ['malloc_trim', 'int', ['size_t']],
  mount: ['mount', 'int', ['const void *', 'const void *', 'const void *', 'unsigned long', 'const void *']],
  umount2: ['umount2', 'int', ['const void *', 'int']],
  lgetxattr: ['lgetxattr', 'long', ['const void *', 'const void *', 'void *', 'size_t']],
  llistxattr: ['llistxattr', 'long', ['const void *', 'void *', 'size_t']],
  lsetxattr: ['lsetxattr', 'int', ['const void *', 'const void *', 'const void *', 'size_t', 'int']],
  statx: ['statx', 'int', ['int', 'const void *', 'int', 'unsigned int', 'void *']],
  utimensat: ['utimensat', 'int', ['int', 'const void *', 'const void *', 'int']],
  mknodat: ['syscall', 'long', ['long', 'long', 'const void *', 'long', 'long']],
  openat2: ['syscall', 'long', ['long', 'long', 'const void *', 'const void *', 'long']],
  pipe2: ['pipe2', 'int', ['void *', 'int']],
  socket: ['socket', 'int', ['int', 'int', 'int']],
  prctl: ['prctl', 'int', ['int', 'unsigned long', 'unsigned long', 'unsigned long', 'unsigned long']],
  prctl_pointer: ['prctl', 'int', ['int', 'unsigned long', 'const void *', 'unsigned long', 'unsigned long']],
  getrlimit: ['getrlimit', 'int', ['int', 'void *']],
  setrlimit: ['setrlimit', 'int', ['int', 'const void *']],
  setsid: ['setsid', 'int', []],
  signal: ['signal', 'long', ['int', 'long']],
  sethostname: ['sethostname', 'int', ['const void *', 'size_t']],
  fcntl: ['fcntl', 'int', ['int', 'int', 'long']],
  execve: ['execve', 'int', ['const char *', 'const char **', 'const char **']],
  pidfd_open: ['syscall', 'long', ['long', 'long', 'long']],
  pidfd_getfd: ['syscall', 'long', ['long', 'long', 'long', 'long']],
  setgroups: ['syscall', 'long', ['long', 'long', 'const void *']],
  setresids: ['syscall', 'long', ['long', 'long', 'long', 'long']],
  capset: ['syscall', 'long', ['long', 'const void *', 'const void *']],
  pivot_root: ['syscall', 'long', ['long', 'const void *', 'const void *']],
  close_range: ['syscall', 'long', ['long', 'unsigned long', 'unsigned long', 'unsigned long']],
  ioctl: ['ioctl', 'int', ['int', 'unsigned long', 'void *']],
  fsopen: ['syscall', 'long', ['long', 'const void *', 'long']],
  fsconfig: ['syscall', 'long', ['long', 'long', 'long', 'const void *', 'const void *', 'long']],
  fsmount: ['syscall', 'long', ['long', 'long', 'long', 'long']],
  move_mount: ['syscall', 'long', ['long', 'long', 'const void *', 'long', 'const void *', 'long']],
  mount_setattr: ['syscall', 'long', ['long', 'long', 'const void *', 'long', 'const void *', 'long']],
  open_tree: ['syscall', 'long', ['long', 'long', 'const void *', 'long']],
  fanotify_init: ['fanotify_init', 'int', ['unsigned int', 'unsigned int']],
  fanotify_mark: ['fanotify_mark', 'int', ['int', 'unsigned int', 'uint64_t', 'int', 'const void *']],
  setns: ['setns', 'int', ['int', 'int']],
  unshare: ['unshare', 'int', ['int']],
  connect: ['connect', 'int', ['int', 'const void *', 'unsigned int']],
  poll: ['poll', 'int', ['void *', 'unsigned long', 'int']],
  sched_getaffinity: ['sched_getaffinity', 'int', ['int', 'size_t', 'void *']],
  sched_setaffinity: ['sched_setaffinity', 'int', ['int', 'size_t', 'const void *']],
  getsockopt: ['getsockopt', 'int', ['int', 'int', 'int', 'void *', 'void *']],
} as const satisfies Record<string, readonly [string, string, readonly string[]]>

/** The name of a function that can be called. */
export type FunctionName = keyof typeof prototypes

/** What can be handed over: a number, the address of bytes or of a list of texts, text, or no address. */
type Argument = number | string | Uint8Array | readonly (string | null)[] | null

interface Library {
  readonly koffi: typeof Koffi
  readonly program: Koffi.LibraryHandle
  readonly functions: Map<FunctionName, ReturnType<Koffi.LibraryHandle['func']>>
}

let loaded: Library | undefined

/** The bridge takes 4 ms to load, so it is loaded with the first call and not with the program. */
function library(): Library {
  if (loaded === undefined) {
    const koffi = loadBridge()
    loaded = { koffi, program: koffi.load(null), functions: new Map() }
  }
  return loaded
}

/**
 * The native part of koffi has all that is called here. Koffi's first file, which looks for it, takes longer to load than it, so that is
 * asked only where the part is not beside it, as some package managers have it.
 */
function loadBridge(): typeof Koffi {
  const load = createRequire(import.meta.url)
  try {
    return load(`@koromix/koffi-linux-${process.arch}`)
  } catch {
    return load('koffi')
  }
}

/** Whether the C library has this function. */
export function hasFunction(name: FunctionName): boolean {
  try {
    findFunction(name)
    return true
  } catch {
    return false
  }
}

function findFunction(name: FunctionName): ReturnType<Koffi.LibraryHandle['func']> {
  const { program, functions } = library()
  const found = functions.get(name)
  if (found !== undefined) return found
  const [symbol, result, parameters] = prototypes[name]
  const made = program.func(symbol, result, [...parameters])
  functions.set(name, made)
  return made
}

/** Calls a function of the C library. @returns what it gave, and errno where that is negative. */
export function callLibrary(
  name: FunctionName,
  ...values: readonly Argument[]
): { readonly result: number; readonly errno: number } {
  const result: unknown = findFunction(name)(...values)
  assert(typeof result === 'number', `${name} gave a ${typeof result}`)
  return { result, errno: result < 0 ? library().koffi.errno() : 0 }
}

/** {@link callLibrary} that must not fail. @throws SystemCallError */
export function callChecked(name: FunctionName, subject: string | undefined, ...values: readonly Argument[]): number {
  const { result, errno } = callLibrary(name, ...values)
  if (result < 0) throw new SystemCallError(name, errno, subject)
  return result
}

/** Where bytes are, for a structure that holds their address. They have to be kept, and must not be few: few are moved about. */
export function addressOf(bytes: Uint8Array): bigint {
  assert(bytes.length > 64, 'bytes that may be moved have no lasting address')
  return library().koffi.address(bytes)
}

/** Text as C has it. Names that are bytes may be given as such. */
export function cString(text: string | Uint8Array): Uint8Array {
  const bytes = typeof text === 'string' ? encodePathText(text) : text
  assert(!bytes.includes(0), 'text with a NUL byte for a system call')
  const copy = Buffer.alloc(bytes.length + 1)
  copy.set(bytes)
  return copy
}

/** A path for an error's message. */
export function subjectOf(path: string | Uint8Array): string {
  return typeof path === 'string' ? path : Buffer.from(path).toString()
}
