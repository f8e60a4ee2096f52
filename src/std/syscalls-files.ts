import { assert } from './assert.ts'
import { systemErrorCode } from './errors.ts'
import { decodePathText } from './path-text.ts'
import { callChecked, callLibrary, cString, subjectOf, SystemCallError } from './syscalls/library.ts'

/** A path as text (see `path-text.ts`) or as bytes. */
export type SystemPath = string | Uint8Array

const currentDirectory = -100
const ERANGE = 34

/**
 * The names of a file's extended attributes: llistxattr(2), which follows no link at the end. None where the file system has
 * no such thing.
 *
 * @throws SystemCallError
 */
export function listXattrs(path: SystemPath): readonly string[] {
  const bytes = readWhole(
    (buffer) => callLibrary('llistxattr', cString(path), buffer, buffer.length),
    (errno) => new SystemCallError('llistxattr', errno, subjectOf(path)),
  )
  const names = decodePathText(bytes ?? new Uint8Array(0)).split('\0')
  return names.filter((name) => name !== '')
}

/**
 * The value of an extended attribute: lgetxattr(2), which follows no link at the end. Undefined where there is none.
 *
 * @throws SystemCallError
 */
export function getXattr(path: SystemPath, name: string): Uint8Array | undefined {
  return readWhole(
    (buffer) => callLibrary('lgetxattr', cString(path), cString(name), buffer, buffer.length),
    (errno) => new SystemCallError('lgetxattr', errno, subjectOf(path)),
  )
}

/** XATTR_SIZE_MAX and XATTR_LIST_MAX of Linux. */
const xattrBytesMax = 65_536
const absentCodes = new Set(['ENODATA', 'EOPNOTSUPP', 'ENOTSUP'])

/** Most lists and values are short. */
const shared = Buffer.allocUnsafeSlow(1024)

function readWhole(
  read: (buffer: Uint8Array) => { readonly result: number; readonly errno: number },
  failure: (errno: number) => SystemCallError,
): Uint8Array | undefined {
  let buffer = shared
  let { result, errno } = read(buffer)
  if (result < 0 && errno === ERANGE) {
    buffer = Buffer.allocUnsafeSlow(xattrBytesMax)
    ;({ result, errno } = read(buffer))
  }
  if (result >= 0) return Buffer.from(buffer.subarray(0, result))
  const error = failure(errno)
  if (absentCodes.has(error.code)) return undefined
  throw error
}

/**
 * Sets an extended attribute: lsetxattr(2), which follows no link at the end.
 *
 * @throws SystemCallError `EPERM`, `EOPNOTSUPP`, `ENOSPC`, …
 */
export function setXattr(path: SystemPath, name: string, value: Uint8Array): void {
  callChecked('lsetxattr', subjectOf(path), cString(path), cString(name), value, value.length, 0)
}

/** What {@link makeNode} can make, with its bits in a mode (inode(7)). */
const nodeKinds = { 'character-device': 0o020000, 'block-device': 0o060000, fifo: 0o010000 } as const

/** mknodat(2) by processor: not every C library exports it under a name. */
const mknodatNumbers: { readonly [architecture: string]: number } = { x64: 259, arm64: 33, riscv64: 33, loong64: 33 }

/**
 * Makes a device or a named pipe: mknod(2). The mode is subject to the umask.
 *
 * @throws SystemCallError `EPERM` for devices without the right to make them, `EEXIST`, …
 */
export function makeNode(
  path: SystemPath,
  kind: keyof typeof nodeKinds,
  mode: number,
  device: { readonly major: number; readonly minor: number } = { major: 0, minor: 0 },
): void {
  const number = mknodatNumbers[process.arch]
  assert(number !== undefined, `the number of mknodat on ${process.arch} is not known`)
  const { major, minor } = device
  const encoded = (minor & 0xff) + (major & 0xfff) * 0x100 + ((minor >>> 8) & 0xfff) * 0x10_0000
  callChecked('mknodat', subjectOf(path), number, currentDirectory, cString(path), nodeKinds[kind] | mode, encoded)
}

/** A moment to the nanosecond. `nanoseconds` is 0 to 999,999,999, also before 1970. */
export interface SystemTime {
  readonly seconds: number
  readonly nanoseconds: number
}

const doNotFollow = 0x100

/**
 * Sets a file's time of access and of modification, both to the same: utimensat(2), which follows no link at the end.
 *
 * @throws SystemCallError
 */
export function setTimes(path: SystemPath, time: SystemTime): void {
  const once = [BigInt(time.seconds), BigInt(time.nanoseconds)]
  const times = new Uint8Array(BigInt64Array.from([...once, ...once]).buffer)
  callChecked('utimensat', subjectOf(path), currentDirectory, cString(path), times, doNotFollow)
}

/** `UTIME_OMIT`: what stays as it is. */
const unchanged = 0x3fff_fffen

/** Sets a file's time of access alone: utimensat(2), which follows no link at the end. @throws SystemCallError */
export function setAccessTime(path: SystemPath, time: SystemTime): void {
  const values = BigInt64Array.of(BigInt(time.seconds), BigInt(time.nanoseconds), 0n, unchanged)
  const times = new Uint8Array(values.buffer)
  callChecked('utimensat', subjectOf(path), currentDirectory, cString(path), times, doNotFollow)
}

/** How {@link openBeneath} looks a path up: see openat2(2). */
const resolveFlags = { 'no-magic-links': 0x02, 'no-links': 0x04, beneath: 0x08, 'in-root': 0x10 } as const

const closeOnExec = 0o2000000
const openat2Number = 437

/**
 * Opens a path of a directory so that no link and no `..` leads out of it, whoever changes it meanwhile: openat2(2), which
 * Linux has since 5.6.
 *
 * @param directory an open directory.
 * @param options.flags of `node:fs`' constants, such as `O_RDONLY | O_NOFOLLOW`; O_CLOEXEC is added.
 * @param options.mode of a file that is made.
 * @param options.resolve `in-root` takes the directory for `/`, as chroot does; `beneath` refuses what leads out (`EXDEV`).
 * Links of /proc that lead anywhere are refused by both (`ELOOP`).
 * @returns a file descriptor, to be closed by the caller.
 * @throws SystemCallError `ENOENT`, `ELOOP`, `EXDEV`, `ENOSYS`, and `EAGAIN` where the kernel cannot tell because of renames
 * that happen all the time.
 */
export function openBeneath(
  directory: number,
  path: SystemPath,
  options: {
    readonly flags: number
    readonly mode?: number
    readonly resolve: 'in-root' | 'beneath'
    readonly followLinks?: boolean
  },
): number {
  const { flags, mode = 0, resolve, followLinks = true } = options
  const how = BigUint64Array.from([
    BigInt(flags | closeOnExec),
    BigInt(mode),
    BigInt(resolveFlags[resolve] | resolveFlags['no-magic-links'] | (followLinks ? 0 : resolveFlags['no-links'])),
  ])
  const bytes = new Uint8Array(how.buffer)
  for (let tries = 1; ; tries += 1) {
    try {
      return callChecked('openat2', subjectOf(path), openat2Number, directory, cString(path), bytes, bytes.length)
    } catch (error) {
      // Any rename or mount of the machine, wherever it is, makes the kernel unsure about a `..`: it asks to be asked again.
      if (systemErrorCode(error) !== 'EAGAIN' || tries === unsureTriesMax) throw error
    }
  }
}

/** A machine on which so many lookups in a row are disturbed has something else to tell. */
const unsureTriesMax = 1000
