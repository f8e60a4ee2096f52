import { closeSync, constants, mkdirSync, openSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemErrorCode } from '../../std/errors.ts'
import {
  attachMount,
  cloneMount,
  createFileSystem,
  makeMountReadOnly,
  mount,
  mountFlags,
  openFileSystem,
  openMount,
  restrictMount,
  setFileSystemOption,
  unmount,
} from '../../std/syscalls-mount.ts'
import { pivotRoot } from '../../std/syscalls-process.ts'
import { memoryOptions } from '../files/memory-options.ts'
import { hiddenPaths, hostDevices, usualDevices } from '../root/hidden-paths.ts'
import type { RootMessage, InsideMount } from './message.ts'

/** A mount that is nowhere yet. */
interface LooseMount {
  readonly descriptor: number
  readonly target: string
  readonly kind: 'directory' | 'file'
}

/** Not `process.stdin`: that would make it a file that does not wait. */
export const standardInput = 0

const currentDirectory = -100
const hardware = ['noSetuid', 'noExecution', 'noDevices'] as const

/**
 * Makes a directory the root of this process, with all that is mounted in it, and nothing else: the old root is gone. Everything is
 * opened where it is seen now, and given its place when nothing outside of the new root can be named any more, so no link leads out.
 */
export function enterRoot(message: RootMessage, isInitial: boolean): void {
  const { rootfs, isPrivileged } = message
  mount({ source: 'none', target: '/', type: '', flags: mountFlags.private | mountFlags.recursive })
  const root = cloneMount(currentDirectory, rootfs, { recursive: true })
  const loose = [
    ...systemMounts(message, isInitial),
    ...devices(message),
    ...message.mounts.map((each) => userMount(each, isPrivileged)),
  ]
  const nothing = cloneMount(currentDirectory, '/dev/null', { recursive: false })
  attachMount(root, rootfs)
  process.chdir(rootfs)
  pivotRoot('.', '.')
  // Both roots are at one place now, the old one above: this takes it away.
  unmount('.')
  process.chdir('/')
  for (const each of loose) attach(each)
  linkDevices()
  if (!isPrivileged) hide(nothing)
  closeSync(nothing)
  if (!message.isRootReadOnly) return
  const top = openSync('/', O_PATH | constants.O_DIRECTORY)
  makeMountReadOnly(top, { recursive: false })
  closeSync(top)
}

const O_PATH = 0o10000000

function systemMounts(
  { sharesNetwork, sharedMemorySize: size, isPrivileged }: RootMessage,
  isInitial: boolean,
): readonly LooseMount[] {
  const directory = (target: string, descriptor: number): LooseMount => ({ descriptor, target, kind: 'directory' })
  const access = isPrivileged ? [] : (['readOnly'] as const)
  const noDevices = isPrivileged ? [] : (['noDevices'] as const)
  // Whoever does not own the network namespace may not mount a sysfs of it.
  const system =
    sharesNetwork && !isInitial
      ? cloneMount(currentDirectory, '/sys', { recursive: true })
      : fileSystem('sysfs', {}, [...hardware, ...access])
  if (sharesNetwork && !isInitial && !isPrivileged) makeMountReadOnly(system, { recursive: true })
  return [
    directory('/proc', fileSystem('proc', {}, hardware)),
    directory('/sys', system),
    directory('/dev', fileSystem('tmpfs', { mode: '755', size: '65536k' }, ['noSetuid', ...noDevices])),
    directory('/dev/pts', terminals()),
    directory('/dev/shm', fileSystem('tmpfs', { mode: '1777', size }, hardware)),
    directory('/dev/mqueue', fileSystem('mqueue', {}, hardware)),
  ]
}

/** Group 5 owns terminals, where there is such a group. */
function terminals(): number {
  const options = { ptmxmode: '0666', mode: '0620' }
  try {
    return fileSystem('devpts', { ...options, gid: '5' }, ['noSetuid', 'noExecution'])
  } catch {
    return fileSystem('devpts', options, ['noSetuid', 'noExecution'])
  }
}

function fileSystem(
  type: string,
  options: Readonly<Record<string, string>>,
  attributes: Parameters<typeof openMount>[1],
): number {
  const context = openFileSystem(type)
  try {
    for (const [name, value] of Object.entries(options)) setFileSystemOption(context, name, value)
    createFileSystem(context)
    return openMount(context, attributes)
  } finally {
    closeSync(context)
  }
}

function devices({ isPrivileged, hasTerminal }: RootMessage): readonly LooseMount[] {
  const file = (source: string, target: string): LooseMount => {
    const descriptor = cloneMount(currentDirectory, source, { recursive: false })
    // One can write to the device still, but not change who owns the machine's file of it, or its mode.
    if (!isPrivileged) makeMountReadOnly(descriptor, { recursive: false })
    return { descriptor, target, kind: 'file' }
  }
  const names = isPrivileged ? [...new Set([...usualDevices, ...hostDevices()])] : usualDevices
  return [
    ...names.map((name) => file(`/dev/${name}`, `/dev/${name}`)),
    ...(hasTerminal ? [terminalOf(standardInput)] : []),
  ]
}

function terminalOf(descriptor: number): LooseMount {
  return {
    descriptor: cloneMount(currentDirectory, readlinkSync(`/proc/self/fd/${descriptor}`), { recursive: false }),
    target: '/dev/console',
    kind: 'file',
  }
}

function userMount(each: InsideMount, isPrivileged: boolean): LooseMount {
  if (each.kind === 'tmpfs') {
    const readOnly = each.isReadOnly === true ? (['readOnly'] as const) : []
    const noExecution = each.forbidsPrograms === true ? (['noExecution'] as const) : []
    return {
      descriptor: fileSystem('tmpfs', memoryOptions(each), ['noSetuid', 'noDevices', ...readOnly, ...noExecution]),
      target: each.target,
      kind: 'directory',
    }
  }
  const isDirectory = statSync(each.source).isDirectory()
  const descriptor = cloneMount(currentDirectory, each.source, { recursive: isDirectory })
  if (!isPrivileged) restrictMount(descriptor, ['noDevices'], { recursive: isDirectory })
  if (each.isReadOnly) makeMountReadOnly(descriptor, { recursive: isDirectory })
  return { descriptor, target: each.target, kind: isDirectory ? 'directory' : 'file' }
}

/** Places in the image are there already; those in other mounts are made here. */
function attach({ descriptor, target, kind }: LooseMount): void {
  if (kind === 'directory') mkdirSync(target, { recursive: true, mode: 0o755 })
  else if (!exists(target)) {
    mkdirSync(dirname(target), { recursive: true, mode: 0o755 })
    writeFileSync(target, '', { flag: 'wx', mode: 0o666 })
  }
  attachMount(descriptor, target)
  closeSync(descriptor)
}

function linkDevices(): void {
  const links = { fd: '/proc/self/fd', stdin: '/proc/self/fd/0', stdout: '/proc/self/fd/1', stderr: '/proc/self/fd/2' }
  for (const [name, target] of Object.entries({ ...links, ptmx: 'pts/ptmx' })) symlinkSync(target, `/dev/${name}`)
}

function hide(nothing: number): void {
  for (const path of hiddenPaths.masked.filter(exists)) {
    const isDirectory = statSync(path).isDirectory()
    const cover = isDirectory ? fileSystem('tmpfs', {}, ['readOnly']) : cloneMount(nothing, '', { recursive: false })
    attachMount(cover, path)
    closeSync(cover)
  }
  for (const path of hiddenPaths.readOnly.filter(exists)) {
    const same = cloneMount(currentDirectory, path, { recursive: true })
    makeMountReadOnly(same, { recursive: true })
    attachMount(same, path)
    closeSync(same)
  }
}

function exists(path: string): boolean {
  try {
    statSync(path)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return false
    throw error
  }
}
