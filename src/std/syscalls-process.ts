import { closeSync, constants, openSync } from 'node:fs'
import { constants as systemConstants } from 'node:os'
import { assert } from './assert.ts'
import { addressOf, callChecked, callLibrary, cString, subjectOf } from './syscalls/library.ts'
import type { SystemPath } from './syscalls-files.ts'

/**
 * System calls about this process itself: who it is, what it may do, what it reads from and writes to, and how it becomes another program.
 * Those about users and rights are of the thread that calls them alone.
 */

const closeOnExec = 0o2000000

/**
 * pipe2(2): a true pipe. What Node gives its children are sockets, which cannot be opened again through `/dev/stdout`.
 *
 * @returns both ends as file descriptors, to be closed by the caller.
 * @throws SystemCallError `EMFILE`, `ENFILE`
 */
export function createPipe(): { readonly read: number; readonly write: number } {
  const ends = new Int32Array(2)
  callChecked('pipe2', undefined, new Uint8Array(ends.buffer), closeOnExec)
  const [read, write] = ends
  assert(read !== undefined && write !== undefined, 'a pipe has two ends')
  return { read, write }
}

/** The master of a new terminal, and the file of its other side: pty(7). */
export interface TerminalPair {
  /** To be closed by the caller. */
  readonly master: number
  /** Of this mount namespace. */
  readonly slavePath: string
}

const terminalRequests = { unlock: 0x4004_5431, getNumber: 0x8004_5430, setSize: 0x5414 } as const

/** Makes a terminal: posix_openpt(3), unlockpt(3), ptsname(3). @throws SystemCallError, and what opening /dev/ptmx throws */
export function openTerminal(): TerminalPair {
  const master = openSync('/dev/ptmx', constants.O_RDWR | constants.O_NOCTTY)
  callChecked('ioctl', undefined, master, terminalRequests.unlock, new Uint8Array(4))
  const number = new Uint32Array(1)
  callChecked('ioctl', undefined, master, terminalRequests.getNumber, new Uint8Array(number.buffer))
  return { master, slavePath: `/dev/pts/${number[0] ?? 0}` }
}

const terminalAttributes = { get: 0x5401, set: 0x5402 } as const

/** A terminal that hands everything on as it is: cfmakeraw(3). @returns makes it what it was. @throws SystemCallError */
export function makeTerminalRaw(terminal: number): () => void {
  const attributes = Buffer.alloc(64)
  callChecked('ioctl', undefined, terminal, terminalAttributes.get, attributes)
  const before = Buffer.from(attributes)
  // Input, output, control and local modes, as asm-generic/termbits.h has them: what cfmakeraw takes away, and eight bits.
  const cleared = [0x0000_05eb, 0x0000_0001, 0x0000_0130, 0x0000_804b]
  const added = [0, 0, 0x0000_0030, 0]
  for (const [index, bits] of cleared.entries()) {
    const modes = (attributes.readUInt32LE(index * 4) & ~bits) | (added[index] ?? 0)
    attributes.writeUInt32LE(modes >>> 0, index * 4)
  }
  callChecked('ioctl', undefined, terminal, terminalAttributes.set, attributes)
  return () => callChecked('ioctl', undefined, terminal, terminalAttributes.set, before)
}

/** Tells a terminal, and through it its processes, how large it is: TIOCSWINSZ. @throws SystemCallError */
export function setTerminalSize(terminal: number, columns: number, rows: number): void {
  const size = new Uint8Array(Uint16Array.from([rows, columns, 0, 0]).buffer)
  callChecked('ioctl', undefined, terminal, terminalRequests.setSize, size)
}

const processFileNumbers = { pidfd_open: 434, pidfd_getfd: 438 } as const

/**
 * pidfd_getfd(2): what another process has open, as a file descriptor of this one; Linux has it since 5.6.
 *
 * @returns to be closed by the caller.
 * @throws SystemCallError `ESRCH`, `EBADF`, `EPERM`, `ENOSYS`
 */
export function takeDescriptor(pid: number, descriptor: number): number {
  const { pidfd_open: open, pidfd_getfd: get } = processFileNumbers
  const process = callChecked('pidfd_open', undefined, open, pid, 0)
  try {
    return callChecked('pidfd_getfd', undefined, get, process, descriptor, 0)
  } finally {
    closeSync(process)
  }
}

/** Numbers of calls that the C library makes for all threads, or not at all, by processor. */
const numbersOfProcessors: Readonly<Record<string, Readonly<Record<ProcessCall, number>>>> = {
  x64: { setgroups: 116, setresuid: 117, setresgid: 119, capset: 126, pivot_root: 155, close_range: 436 },
  arm64: { setgroups: 159, setresuid: 147, setresgid: 149, capset: 91, pivot_root: 41, close_range: 436 },
}
type ProcessCall = 'setgroups' | 'setresuid' | 'setresgid' | 'capset' | 'pivot_root' | 'close_range'

function numberOf(call: ProcessCall): number {
  const numbers = numbersOfProcessors[process.arch]
  assert(numbers !== undefined, `the number of ${call} on ${process.arch} is not known`)
  return numbers[call]
}

/**
 * pivot_root(2): another mount becomes the root of this mount namespace.
 *
 * @param putOld where the old root goes.
 * @throws SystemCallError
 */
export function pivotRoot(newRoot: SystemPath, putOld: SystemPath): void {
  callChecked('pivot_root', subjectOf(newRoot), numberOf('pivot_root'), cString(newRoot), cString(putOld))
}

const shareFileSystem = 0x200
const newMounts = 0x2_0000

/**
 * setns(2): this thread, and no other, goes into the mount namespace of another process, and to its root. Only a thread may do so that does
 * not share root and working directory with others: unshare(2). Whatever Node does on its other threads still happens outside.
 *
 * @param namespaceFile such as `/proc/PID/ns/mnt`
 * @throws SystemCallError
 */
export function enterMountNamespace(namespaceFile: string): void {
  const namespace = openSync(namespaceFile, constants.O_RDONLY)
  try {
    callChecked('unshare', undefined, shareFileSystem)
    callChecked('setns', namespaceFile, namespace, newMounts)
  } finally {
    closeSync(namespace)
  }
}

/** sethostname(2): the name of this UTS namespace. @throws SystemCallError `EINVAL` for more than 64 bytes */
export function setHostname(name: string): void {
  const bytes = Buffer.from(name)
  callChecked('sethostname', name, bytes, bytes.length)
}

/** setsid(2) and TIOCSCTTY: a session of its own, whose terminal is the open one given. @throws SystemCallError */
export function beginSession(terminal: number | undefined): void {
  callLibrary('setsid')
  const setControllingTerminal = 0x540e
  if (terminal !== undefined) callChecked('ioctl', undefined, terminal, setControllingTerminal, null)
}

/** Brings the loopback of this network namespace up: netdevice(7). @throws SystemCallError */
export function raiseLoopback(): void {
  const [internet, datagram, setFlags] = [2, 2, 0x8914]
  const descriptor = callChecked('socket', undefined, internet, datagram | closeOnExec, 0)
  const request = Buffer.alloc(40)
  request.write('lo')
  const [isUp, isRunning] = [0x1, 0x40]
  request.writeUInt16LE(isUp | isRunning, 16)
  try {
    callChecked('ioctl', undefined, descriptor, setFlags, request)
  } finally {
    closeSync(descriptor)
  }
}

/** Signals do again what they do in a new process: Node ignores some, and who ignores passes that on. */
export function resetSignals(): void {
  const defaultAction = 0
  for (const number of Object.values(systemConstants.signals)) callLibrary('signal', number, defaultAction)
}

/** What {@link dropTo} leaves of a process' rights. */
export interface ProcessRights {
  readonly uid: number
  readonly gid: number
  /** Undefined where the namespace does not allow to set any. */
  readonly groups: readonly number[] | undefined
  /** By number: who becomes root by a program has these and no more, now and for ever. */
  readonly capabilities: ReadonlySet<number>
  /** A program for seccomp(2). */
  readonly filter: Uint8Array | undefined
}

const processControls = { dropFromBoundingSet: 24, setSeccomp: 22, clearAmbient: 47 } as const

/**
 * This thread becomes somebody else, without a way back: supplementary groups, bounding set, no inheritable or ambient capabilities,
 * filter of system calls, group and user. Its capabilities are what it gets with the next {@link executeProgram}.
 *
 * @throws SystemCallError
 */
export function dropTo({ uid, gid, groups, capabilities, filter }: ProcessRights): void {
  if (groups !== undefined) {
    callChecked(
      'setgroups',
      undefined,
      numberOf('setgroups'),
      groups.length,
      new Uint8Array(Uint32Array.from(groups).buffer),
    )
  }
  callChecked('setresids', undefined, numberOf('setresgid'), gid, gid, gid)
  // A kernel knows no more than 64.
  for (let capability = 0; capability < 64; capability += 1) {
    if (!capabilities.has(capability)) callLibrary('prctl', processControls.dropFromBoundingSet, capability, 0, 0, 0)
  }
  const clearAll = 4
  callLibrary('prctl', processControls.clearAmbient, clearAll, 0, 0, 0)
  if (filter !== undefined) installFilter(filter)
  callChecked('setresids', undefined, numberOf('setresuid'), uid, uid, uid)
  clearInheritable(uid === 0 ? capabilities : new Set())
}

/** struct sock_fprog: how many instructions, and where they are. */
function installFilter(filter: Uint8Array): void {
  const modeFilter = 2
  const program = Buffer.alloc(16)
  program.writeUInt16LE(filter.length / 8, 0)
  program.writeBigUInt64LE(addressOf(filter), 8)
  callChecked('prctl_pointer', undefined, processControls.setSeccomp, modeFilter, program, 0, 0)
}

/** capset(2), version 3: two halves of effective, permitted and inheritable, 32 bits each. */
function clearInheritable(capabilities: ReadonlySet<number>): void {
  const header = new Uint8Array(Uint32Array.from([0x2008_0522, 0]).buffer)
  const half = (first: number): number => {
    const bits = [...capabilities]
      .filter((each) => each >= first && each < first + 32)
      .map((each) => 2 ** (each - first))
    return bits.reduce((sum, bit) => sum + bit, 0)
  }
  const sets = [0, 32].flatMap((first) => [half(first), half(first), 0])
  callChecked('capset', undefined, numberOf('capset'), header, new Uint8Array(Uint32Array.from(sets).buffer))
}

/**
 * execve(2): this process becomes another program. All but the first three open files are closed.
 *
 * @returns only by throwing.
 * @throws SystemCallError `ENOENT`, `EACCES`, `ENOEXEC`, …
 */
export function executeProgram(file: string, words: readonly string[], environment: readonly string[]): never {
  const [firstOther, all, onExec] = [3, 0xffff_ffff, 4]
  const setDescriptorFlags = 2
  // Node marks even these to be closed.
  for (const descriptor of [0, 1, 2]) callLibrary('fcntl', descriptor, setDescriptorFlags, 0)
  callLibrary('close_range', numberOf('close_range'), firstOther, all, onExec)
  callChecked('execve', file, file, [...words, null], [...environment, null])
  throw new Error('execve came back without an error')
}
