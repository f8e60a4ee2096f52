import { closeSync, readSync } from 'node:fs'
import type { SystemPath } from './syscalls-files.ts'
import { callChecked, cString, subjectOf } from './syscalls/library.ts'

/** The numbers are the same on every processor: all newer calls' are. */
const numbers = {
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  mount_setattr: 442,
} as const

/** Flags of mount(2). */
export const mountFlags = {
  readOnly: 1,
  noSetuid: 2,
  noDevices: 4,
  noExecution: 8,
  remount: 32,
  bind: 4096,
  recursive: 16_384,
  private: 1 << 18,
  slave: 1 << 19,
} as const

/** What {@link mount} is told. */
export interface MountOptions {
  readonly source: SystemPath
  readonly target: SystemPath
  /** The file system's name; empty for bind mounts and remounts. */
  readonly type: string
  /** Of {@link mountFlags}, joined by `|`. */
  readonly flags: number
  /** The file system's own options. At most one page. */
  readonly data?: SystemPath
}

/** mount(2). Follows links in both paths. @throws SystemCallError */
export function mount({ source, target, type, flags, data }: MountOptions): void {
  const options = data === undefined ? null : cString(data)
  callChecked('mount', subjectOf(target), cString(source), cString(target), cString(type), flags, options)
}

const detach = 2
const doNotFollow = 8

/**
 * umount2(2), lazily: the mount is gone from the tree at once, and from the machine when nobody uses it any more. Follows no link
 * at the end.
 *
 * @throws SystemCallError `EINVAL` for what is no mount point
 */
export function unmount(target: SystemPath): void {
  callChecked('umount2', subjectOf(target), cString(target), detach | doNotFollow)
}

const configCommands = { flag: 0, string: 1, create: 6 } as const
const closeOnExec = 1
const emptyPathFrom = 4
const currentDirectory = -100

/**
 * fsopen(2): begins the mount of a new file system, option by option; Linux has it since 5.2.
 *
 * @returns a file descriptor, to be closed by the caller.
 * @throws SystemCallError `ENODEV` for a file system that the kernel does not have, `EPERM`, `ENOSYS`
 */
export function openFileSystem(type: string): number {
  return callChecked('fsopen', type, numbers.fsopen, cString(type), closeOnExec)
}

/**
 * fsconfig(2): sets an option: one with a value, or one without. A value has at most 255 bytes, and any character.
 *
 * @throws SystemCallError `EINVAL` for what the kernel does not know or want
 */
export function setFileSystemOption(context: number, name: string, value?: SystemPath): void {
  const command = value === undefined ? configCommands.flag : configCommands.string
  const bytes = value === undefined ? null : cString(value)
  callChecked('fsconfig', name, numbers.fsconfig, context, command, cString(name), bytes, 0)
}

/** fsconfig(2): makes the file system with the options set. @throws SystemCallError */
export function createFileSystem(context: number): void {
  callChecked('fsconfig', undefined, numbers.fsconfig, context, configCommands.create, null, null, 0)
}

/** Of fsmount(2): they say what {@link mountFlags} of these names say. */
const attributeFlags = { readOnly: 1, noSetuid: 2, noDevices: 4, noExecution: 8 } as const

/**
 * fsmount(2): the file system made, as a mount that is nowhere yet.
 *
 * @returns a file descriptor, to be closed by the caller.
 * @throws SystemCallError
 */
export function openMount(context: number, attributes: readonly (keyof typeof attributeFlags)[]): number {
  const flags = attributes.reduce((sum, name) => sum | attributeFlags[name], 0)
  return callChecked('fsmount', undefined, numbers.fsmount, context, closeOnExec, flags)
}

/** move_mount(2): gives a mount that is nowhere yet its place. Follows no link at the end. @throws SystemCallError */
export function attachMount(mount: number, target: SystemPath): void {
  const { move_mount: number } = numbers
  callChecked(
    'move_mount',
    subjectOf(target),
    number,
    mount,
    cString(''),
    currentDirectory,
    cString(target),
    emptyPathFrom,
  )
}

const treeFlags = {
  clone: 1,
  closeOnExec: 0o2000000,
  recursive: 0x8000,
  emptyPath: 0x1000,
  doNotFollow: 0x100,
} as const

/**
 * open_tree(2): a copy of what is mounted at a path, as a mount that is nowhere yet: a bind mount in two steps. Follows no link at
 * the end.
 *
 * @param directory an open directory that the path is in; with an empty path, the place itself.
 * @returns a file descriptor, to be closed by the caller.
 * @throws SystemCallError
 */
export function cloneMount(directory: number, path: SystemPath, options: { readonly recursive: boolean }): number {
  const { clone, closeOnExec, recursive, emptyPath, doNotFollow } = treeFlags
  const flags = clone | closeOnExec | emptyPath | doNotFollow | (options.recursive ? recursive : 0)
  return callChecked('open_tree', subjectOf(path), numbers.open_tree, directory, cString(path), flags)
}

const attributesOf = { emptyPath: 0x1000, recursive: 0x8000 } as const

/**
 * mount_setattr(2): nobody can write through a mount any more; Linux has it since 5.12. What is writable below it stays so unless
 * `recursive`.
 *
 * @param mount of {@link openMount} or {@link cloneMount}, or an open directory that is a mount point.
 * @throws SystemCallError
 */
export function makeMountReadOnly(mount: number, options: { readonly recursive: boolean }): void {
  restrictMount(mount, ['readOnly'], options)
}

/** mount_setattr(2): takes more away from a mount, as {@link makeMountReadOnly} does. @throws SystemCallError */
export function restrictMount(
  mount: number,
  restrictions: readonly (keyof typeof attributeFlags)[],
  options: { readonly recursive: boolean },
): void {
  const { emptyPath, recursive } = attributesOf
  const flags = emptyPath | (options.recursive ? recursive : 0)
  const set = restrictions.reduce((sum, name) => sum | attributeFlags[name], 0)
  // struct mount_attr: what is set, what is cleared, propagation, user namespace.
  const attributes = new Uint8Array(BigUint64Array.from([BigInt(set), 0n, 0n, 0n]).buffer)
  const { mount_setattr: number } = numbers
  callChecked('mount_setattr', undefined, number, mount, cString(''), flags, attributes, attributes.length)
}

/**
 * Mounts what is at a path once more, without what it is told to take away: a bind mount that nobody sees before it is restricted. Follows no
 * link at the end of either path.
 *
 * @throws SystemCallError
 */
export function mountRestricted(
  source: SystemPath,
  target: SystemPath,
  restrictions: readonly (keyof typeof attributeFlags)[],
): void {
  const mount = cloneMount(currentDirectory, source, { recursive: false })
  try {
    restrictMount(mount, restrictions, { recursive: false })
    attachMount(mount, target)
  } finally {
    closeSync(mount)
  }
}

/** What the kernel had to say of a mount begun with {@link openFileSystem}, one line each; empty when it said nothing. */
export function fileSystemMessages(context: number): readonly string[] {
  const messages: string[] = []
  const buffer = Buffer.alloc(4096)
  try {
    // Each reading gives one message: a letter for how bad it is, a blank, and the text.
    while (messages.length < 20) messages.push(buffer.toString('utf8', 2, readSync(context, buffer)).trim())
  } catch {
    // ENODATA: that was all of them.
  }
  return messages
}
