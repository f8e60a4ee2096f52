import { closeSync, constants, openSync } from 'node:fs'
import { systemErrorCode } from '../../std/errors.ts'
import { createFileSystem, mount, mountFlags, openFileSystem, setFileSystemOption } from '../../std/syscalls-mount.ts'
import type { OverlayNamespace } from '../layer/overlay-attributes.ts'
import { descriptorPath } from './descriptor-path.ts'
import { attach, withMessages } from './mount-erofs.ts'

/** What an overlay is made of: names in one folder. */
export interface OverlayParts {
  /** The absolute path of the folder. */
  readonly folder: string
  /** Highest first; at least one. */
  readonly lower: readonly string[]
  /** What takes changes, and the folder that overlayfs needs for it; undefined for a tree that is only read. */
  readonly writable: { readonly upper: string; readonly work: string } | undefined
  readonly target: string
  readonly namespace: OverlayNamespace
}

/** The options are longer than the kernel takes. */
export class OptionsTooLongError extends Error {}

/** Upper directories stay plain: whatever is in them is there as it is, and means nothing but what layers can say. */
const plainUpper = [
  ['redirect_dir', 'nofollow'],
  ['metacopy', 'off'],
  ['index', 'off'],
] as const

/**
 * Mounts an overlay. Nothing in it is synced, for it is thrown away. Devices in it are of no use: those that a process needs are
 * mounted in their places by others.
 *
 * @throws OptionsTooLongError, and the system's error with what the kernel said in its message.
 */
export function mountOverlay(parts: OverlayParts): void {
  if (!mountByOptions(parts)) mountOverlayByText(parts)
}

/** Option by option, so that their number has no bound: Linux has `lowerdir+` since 6.5. @returns whether it has. */
function mountByOptions(parts: OverlayParts): boolean {
  const context = openFileSystemIfThere()
  if (context === undefined) return false
  const folder = openSync(parts.folder, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    setFileSystemOption(context, 'source', 'overlay')
    const pathOf = (name: string): string => `${descriptorPath(folder)}/${name}`
    for (const [number, name] of parts.lower.entries()) {
      try {
        setFileSystemOption(context, 'lowerdir+', pathOf(name))
      } catch (error) {
        if (number === 0 && systemErrorCode(error) === 'EINVAL') return false
        throw error
      }
    }
    if (parts.writable !== undefined) {
      setFileSystemOption(context, 'upperdir', pathOf(parts.writable.upper))
      setFileSystemOption(context, 'workdir', pathOf(parts.writable.work))
      setFileSystemOption(context, 'volatile')
    }
    for (const [name, value] of plainUpper) setFileSystemOption(context, name, value)
    if (parts.namespace === 'user') setFileSystemOption(context, 'userxattr')
    createFileSystem(context)
    attach(context, `${parts.folder}/${parts.target}`, ['noDevices'])
    return true
  } catch (error) {
    throw withMessages(error, context)
  } finally {
    closeSync(folder)
    closeSync(context)
  }
}

function openFileSystemIfThere(): number | undefined {
  try {
    return openFileSystem('overlay')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOSYS') return undefined
    throw error
  }
}

/** mount(2) takes a page, and with it a zero. */
const optionBytesMax = 4095

/** {@link mountOverlay} for older kernels, by mount(2). Names are short because they are relative, for which this process goes into the folder for a moment. */
export function mountOverlayByText(parts: OverlayParts): void {
  const options = [
    `lowerdir=${parts.lower.join(':')}`,
    ...(parts.writable === undefined ? [] : [`upperdir=${parts.writable.upper}`, `workdir=${parts.writable.work}`]),
    ...plainUpper.map(([name, value]) => `${name}=${value}`),
    ...(parts.namespace === 'user' ? ['userxattr'] : []),
  ].join(',')
  const volatile = parts.writable === undefined ? options : `${options},volatile`
  if (volatile.length > optionBytesMax) throw new OptionsTooLongError(`${options.length} bytes of options`)
  const before = process.cwd()
  process.chdir(parts.folder)
  try {
    try {
      mountText(parts, volatile)
    } catch (error) {
      // Linux has it since 5.10.
      if (systemErrorCode(error) !== 'EINVAL') throw error
      mountText(parts, options)
    }
  } finally {
    process.chdir(before)
  }
}

function mountText({ target }: OverlayParts, data: string): void {
  mount({ source: 'overlay', target, type: 'overlay', flags: mountFlags.noDevices, data })
}
