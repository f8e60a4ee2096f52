import type { FileTime } from '../../archive/tar-entry.ts'
import type { FileKind } from '../../filetree/file-entry.ts'

/**
 * The on-disk format of EROFS, as far as it is written here: fs/erofs/erofs_fs.h and Documentation/filesystems/erofs.rst of Linux.
 * All numbers are little-endian. Addresses are in blocks, node numbers (nid) in slots of 32 bytes from the image's beginning.
 */

/** As those of tar, so that a file's data are taken from where they are. */
export const blockBytes = 512
const blockBits = 9
export const inodeBytes = 64
const slotBytes = 32

const superblockOffset = 1024
const superblockBytes = 128
const deviceSlotBytes = 128
/** The devices' tags: the first 64 characters of a diff ID's hexadecimal digits. */
export const deviceTagBytes = 64

const magic = 0xe0f5e1e2
const compatible = { modificationTimes: 0x2 } as const
const incompatible = { chunkedFiles: 0x4, deviceTable: 0x8 } as const

/** How an inode's data are laid out. */
export const layouts = { plain: 0, inline: 2, chunks: 4 } as const

const formatBits: { readonly [Kind in FileKind]: number } = {
  file: 0o100000,
  directory: 0o040000,
  'symbolic-link': 0o120000,
  'character-device': 0o020000,
  'block-device': 0o060000,
  fifo: 0o010000,
}

/** What a directory says of the kind of what is in it. */
export const directoryKinds: { readonly [Kind in FileKind]: number } = {
  file: 1,
  directory: 2,
  'character-device': 3,
  'block-device': 4,
  fifo: 5,
  'symbolic-link': 7,
}

export interface Superblock {
  readonly rootOffset: number
  readonly inodeCount: number
  readonly imageBytes: number
  /** 16 bytes. */
  readonly uuid: Uint8Array
  /** At most 16 bytes. */
  readonly volumeName: string
  readonly devices: readonly { readonly tag: string; readonly sizeBytes: number }[]
}

/** Where the inodes begin: behind the superblock and the table of devices. */
export function inodesOffset(deviceCount: number): number {
  return alignTo(superblockOffset + superblockBytes + deviceSlotBytes * deviceCount, blockBytes)
}

export function nidOf(offsetBytes: number): number {
  return offsetBytes / slotBytes
}

/** All that stands before the inodes. */
export function encodeSuperblock(superblock: Superblock): Buffer {
  const { rootOffset, inodeCount, imageBytes, uuid, volumeName, devices } = superblock
  const buffer = Buffer.alloc(inodesOffset(devices.length))
  const block = buffer.subarray(superblockOffset)
  block.writeUInt32LE(magic, 0)
  block.writeUInt32LE(compatible.modificationTimes, 8)
  block.writeUInt8(blockBits, 12)
  block.writeUInt16LE(nidOf(rootOffset), 14)
  writeUInt64(block, inodeCount, 16)
  block.writeUInt32LE(imageBytes / blockBytes, 36)
  block.set(uuid, 48)
  block.write(volumeName, 64, 16, 'latin1')
  block.writeUInt32LE(incompatible.chunkedFiles | incompatible.deviceTable, 80)
  block.writeUInt16LE(devices.length, 86)
  block.writeUInt16LE((superblockOffset + superblockBytes) / deviceSlotBytes, 88)
  for (const [number, { tag, sizeBytes }] of devices.entries()) {
    const slot = superblockBytes + number * deviceSlotBytes
    block.write(tag, slot, deviceTagBytes, 'latin1')
    block.writeUInt32LE(Math.ceil(sizeBytes / blockBytes), slot + deviceTagBytes)
  }
  return buffer
}

/** What {@link encodeSuperblock} wrote of an image's making; undefined where this is no such thing. */
export function decodeSuperblock(
  bytes: Buffer,
): { readonly uuid: Uint8Array; readonly volumeName: string; readonly tags: readonly string[] } | undefined {
  if (bytes.length < superblockOffset + superblockBytes) return undefined
  const block = bytes.subarray(superblockOffset)
  if (block.readUInt32LE(0) !== magic) return undefined
  const tags: string[] = []
  for (let number = 0; number < block.readUInt16LE(86); number += 1) {
    const slot = superblockBytes + number * deviceSlotBytes
    tags.push(block.toString('latin1', slot, slot + deviceTagBytes).replace(/\0+$/, ''))
  }
  const volumeName = block.toString('latin1', 64, 80).replace(/\0+$/, '')
  return { uuid: block.subarray(48, 64), volumeName, tags }
}

export interface Inode {
  readonly kind: FileKind
  readonly layout: number
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly sizeBytes: number
  readonly modified: FileTime
  readonly links: number
  /** Of {@link encodeXattrs}. */
  readonly xattrBytes: number
  /** By layout: the block of the data, the format of the chunks; for devices their number. */
  readonly detail: number
  /** For programs that know 32 bits only. */
  readonly number: number
}

/** Writes an inode in its extended form, over zeros. */
export function writeInode(buffer: Buffer, at: number, inode: Inode): void {
  const { seconds, nanoseconds } = inode.modified
  const isExtended = 1
  buffer.writeUInt16LE(isExtended | (inode.layout << 1), at)
  buffer.writeUInt16LE(xattrCount(inode.xattrBytes), at + 2)
  buffer.writeUInt16LE(formatBits[inode.kind] | inode.mode, at + 4)
  writeUInt64(buffer, inode.sizeBytes, at + 8)
  buffer.writeUInt32LE(inode.detail, at + 16)
  buffer.writeUInt32LE(inode.number, at + 20)
  buffer.writeUInt32LE(inode.uid, at + 24)
  buffer.writeUInt32LE(inode.gid, at + 28)
  // Before 1970 both halves are those of the two's complement.
  buffer.writeUInt32LE(((seconds % 2 ** 32) + 2 ** 32) % 2 ** 32, at + 32)
  buffer.writeInt32LE(Math.floor(seconds / 2 ** 32), at + 36)
  buffer.writeUInt32LE(nanoseconds, at + 40)
  buffer.writeUInt32LE(inode.links, at + 44)
}

/** Of a device's numbers, the bits that the kernel keeps. */
export function encodeDevice({ major, minor }: { readonly major: number; readonly minor: number }): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & 0xfff00) << 12)) >>> 0
}

const xattrHeaderBytes = 12
/** The header counts as one, and then each four bytes. */
function xattrCount(xattrBytes: number): number {
  return xattrBytes === 0 ? 0 : 1 + (xattrBytes - xattrHeaderBytes) / 4
}

const xattrBytesMax = xattrHeaderBytes + 4 * 0xfffe
const xattrPrefixes: readonly (readonly [prefix: string, number: number])[] = [
  ['user.', 1],
  ['system.posix_acl_access', 2],
  ['system.posix_acl_default', 3],
  ['trusted.', 4],
  ['security.', 6],
]

/**
 * Extended attributes as they stand behind an inode; empty where there are none. Those of other kinds than the format has are
 * left out: no file system of Linux would take them from an unpacking program.
 *
 * @returns undefined where one is too large for the format.
 */
export function encodeXattrs(xattrs: Iterable<readonly [string, Uint8Array]>): Uint8Array | undefined {
  const parts: Buffer[] = []
  for (const [name, value] of xattrs) {
    const [prefix, number] = xattrPrefixes.find(([prefix]) => name.startsWith(prefix)) ?? []
    if (prefix === undefined || number === undefined) continue
    const rest = Buffer.from(name.slice(prefix.length))
    if (rest.length > 0xff || value.length > 0xffff) return undefined
    const entry = Buffer.alloc(alignTo(4 + rest.length + value.length, 4))
    entry.writeUInt8(rest.length, 0)
    entry.writeUInt8(number, 1)
    entry.writeUInt16LE(value.length, 2)
    entry.set(rest, 4)
    entry.set(value, 4 + rest.length)
    parts.push(entry)
  }
  if (parts.length === 0) return new Uint8Array(0)
  const bytes = Buffer.concat([Buffer.alloc(xattrHeaderBytes), ...parts])
  return bytes.length > xattrBytesMax ? undefined : bytes
}

export function alignTo(offset: number, unit: number): number {
  return Math.ceil(offset / unit) * unit
}

function writeUInt64(buffer: Buffer, value: number, offset: number): void {
  buffer.writeUInt32LE(value % 2 ** 32, offset)
  buffer.writeUInt32LE(Math.floor(value / 2 ** 32), offset + 4)
}
