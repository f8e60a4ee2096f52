import { lstatSync, readlinkSync, type BigIntStats } from 'node:fs'
import type { FileTime } from '../../archive/tar-entry.ts'
import type { FileEntry, FileKind } from '../../filetree/file-entry.ts'
import { decodePathText } from '../../std/path-text.ts'
import { getXattr, listXattrs } from '../../std/syscalls-files.ts'
import { isOverlayXattr } from '../layer/overlay-attributes.ts'

/** Something in the upper directory of an overlay. */
export interface UpperFile {
  readonly kind: FileKind | 'whiteout' | 'socket'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly sizeBytes: number
  readonly modified: FileTime
  readonly linkTarget: string
  readonly deviceMajor: number
  readonly deviceMinor: number
  /** Those of the file, without overlayfs' own and without labels that belong to this machine. Sorted by name. */
  readonly xattrs: ReadonlyMap<string, Uint8Array>
  /** Of a directory: whether it hides what lower layers have in its place. */
  readonly isOpaque: boolean
  /** Tells files from each other; undefined for those with one name. */
  readonly inode: string | undefined
}

export function readUpperFile(path: Buffer): UpperFile {
  const stats = lstatSync(path, { bigint: true })
  const kind = kindOf(stats)
  const device = decodeDevice(kind === 'character-device' || kind === 'block-device' ? stats.rdev : 0n)
  const { xattrs, isOpaque } = kind === 'whiteout' ? { xattrs: new Map(), isOpaque: false } : readXattrs(path)
  return {
    kind,
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    sizeBytes: kind === 'file' ? Number(stats.size) : 0,
    modified: timeOf(stats.mtimeNs),
    linkTarget: kind === 'symbolic-link' ? decodePathText(readlinkSync(path, { encoding: 'buffer' })) : '',
    deviceMajor: device.major,
    deviceMinor: device.minor,
    xattrs,
    isOpaque,
    inode: kind !== 'directory' && stats.nlink > 1n ? `${stats.dev}:${stats.ino}` : undefined,
  }
}

function kindOf(stats: BigIntStats): UpperFile['kind'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return 'symbolic-link'
  if (stats.isFIFO()) return 'fifo'
  if (stats.isSocket()) return 'socket'
  if (stats.isBlockDevice()) return 'block-device'
  return stats.rdev === 0n ? 'whiteout' : 'character-device'
}

const billion = 1_000_000_000n

function timeOf(nanoseconds: bigint): FileTime {
  const rest = ((nanoseconds % billion) + billion) % billion
  return { seconds: Number((nanoseconds - rest) / billion), nanoseconds: Number(rest) }
}

/** dev_t of the C library: makedev(3). */
function decodeDevice(device: bigint): { readonly major: number; readonly minor: number } {
  return {
    major: Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xffff_f000n)),
    minor: Number((device & 0xffn) | ((device >> 12n) & 0xffff_ff00n)),
  }
}

const noXattrs: ReadonlyMap<string, Uint8Array> = new Map()
const ofThisMachine = new Set(['security.selinux'])

function readXattrs(path: Buffer): { readonly xattrs: ReadonlyMap<string, Uint8Array>; readonly isOpaque: boolean } {
  const xattrs = new Map<string, Uint8Array>()
  let isOpaque = false
  const names = listXattrs(path)
  if (names.length === 0) return { xattrs: noXattrs, isOpaque }
  for (const name of names.toSorted()) {
    if (name.endsWith('.overlay.opaque')) isOpaque ||= getXattr(path, name)?.[0] === 0x79
    if (isOverlayXattr(name) || ofThisMachine.has(name)) continue
    const value = getXattr(path, name)
    if (value !== undefined) xattrs.set(name, value)
  }
  return { xattrs, isOpaque }
}

/** Whether a file is what lower layers have in its place, as far as can be told without its content. */
export function isLike(file: UpperFile, lower: FileEntry, options: { readonly ignoreTime: boolean }): boolean {
  return (
    file.kind === lower.kind &&
    file.mode === lower.mode &&
    file.uid === lower.uid &&
    file.gid === lower.gid &&
    file.sizeBytes === lower.sizeBytes &&
    file.linkTarget === lower.linkTarget &&
    file.deviceMajor === lower.deviceMajor &&
    file.deviceMinor === lower.deviceMinor &&
    (options.ignoreTime || isSameTime(file.modified, lower.modified)) &&
    hasSameXattrs(file.xattrs, lower.xattrs)
  )
}

function isSameTime(a: FileTime, b: FileTime): boolean {
  return a.seconds === b.seconds && a.nanoseconds === b.nanoseconds
}

function hasSameXattrs(a: ReadonlyMap<string, Uint8Array>, b: ReadonlyMap<string, Uint8Array>): boolean {
  const names = [...b.keys()].filter((name) => !isOverlayXattr(name) && !ofThisMachine.has(name))
  if (names.length !== a.size) return false
  return names.every(
    (name) => Buffer.compare(a.get(name) ?? Buffer.of(), b.get(name) ?? Buffer.of()) === 0 && a.has(name),
  )
}
