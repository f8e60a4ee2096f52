import { encodePathText } from '../../std/path-text.ts'
import type { TarEntry, TarEntryKind } from '../tar-entry.ts'
import { addNumber, addTextIfLong, addTime, addXattrs, encodePax, type PaxFields } from './encode-pax.ts'
import { checkWritable } from './check-writable.ts'
import { blockBytes, paddingBytes } from './header.ts'

const typeFlags: { readonly [Kind in TarEntryKind]: string } = {
  file: '0',
  'hard-link': '1',
  'symbolic-link': '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
}

/**
 * The blocks that stand before an entry's data: its ustar header, and before it, where that cannot hold everything, a PAX
 * header with just the records that it takes. One entry has one encoding.
 *
 * Numbers that take a PAX record stand in the ustar header too, in base-256: so programs that know only one of the two, or
 * mix them up, still agree where the next entry begins.
 *
 * @throws ArchiveError `bad-entry` for an entry that no archive can hold.
 */
export function encodeHeader(entry: TarEntry): Buffer {
  checkWritable(entry)
  const path = encodePathText(entry.path)
  const linkTarget = encodePathText(entry.linkTarget)
  const userName = encodePathText(entry.userName)
  const groupName = encodePathText(entry.groupName)
  const pax: PaxFields = new Map()
  const nameStart = addPath(pax, entry.path, path)
  addTextIfLong(pax, 'linkpath', entry.linkTarget, linkTarget, 100)
  addTextIfLong(pax, 'uname', entry.userName, userName, 31)
  addTextIfLong(pax, 'gname', entry.groupName, groupName, 31)
  addNumber(pax, 'size', entry.sizeBytes, 12)
  addNumber(pax, 'uid', entry.uid, 8)
  addNumber(pax, 'gid', entry.gid, 8)
  addNumber(pax, 'SCHILY.devmajor', entry.deviceMajor, 8)
  addNumber(pax, 'SCHILY.devminor', entry.deviceMinor, 8)
  addTime(pax, 'mtime', entry.modified)
  addXattrs(pax, entry.xattrs)

  const records = pax.size === 0 ? undefined : encodePax(pax)
  const extensionBytes = records === undefined ? 0 : blockBytes + records.length + paddingBytes(records.length)
  const blocks = Buffer.alloc(extensionBytes + blockBytes)
  if (records !== undefined) {
    writePaxHeader(blocks, records.length)
    blocks.set(records, blockBytes)
  }
  const header = blocks.subarray(extensionBytes)
  if (nameStart > 0) header.set(path.subarray(0, nameStart - 1), 345)
  header.set(nameField(path, nameStart, entry.kind), 0)
  writeNumber(header, 100, 8, entry.mode)
  writeNumber(header, 108, 8, entry.uid)
  writeNumber(header, 116, 8, entry.gid)
  writeNumber(header, 124, 12, entry.sizeBytes)
  writeNumber(header, 136, 12, entry.modified.seconds)
  header.set(linkTarget.subarray(0, 100), 157)
  header.set(userName.subarray(0, 31), 265)
  header.set(groupName.subarray(0, 31), 297)
  writeNumber(header, 329, 8, entry.deviceMajor)
  writeNumber(header, 337, 8, entry.deviceMinor)
  finishHeader(header, typeFlags[entry.kind])
  return blocks
}

/** The fields of a PAX header are fixed: they are about nothing, and a date or a process id would only make noise. */
function writePaxHeader(header: Buffer, sizeBytes: number): void {
  header.write('././@PaxHeader', 0, 'latin1')
  writeNumber(header, 100, 8, 0o644)
  writeNumber(header, 108, 8, 0)
  writeNumber(header, 116, 8, 0)
  writeNumber(header, 124, 12, sizeBytes)
  writeNumber(header, 136, 12, 0)
  writeNumber(header, 329, 8, 0)
  writeNumber(header, 337, 8, 0)
  finishHeader(header, 'x')
}

/**
 * Puts the path into PAX unless ustar holds it.
 *
 * @returns where the part for ustar's name field begins: what is before it goes into the prefix field.
 */
function addPath(pax: PaxFields, text: string, path: Uint8Array): number {
  const nameStart = splitPath(path)
  addTextIfLong(pax, 'path', text, path, nameStart === undefined ? 0 : Number.POSITIVE_INFINITY)
  return pax.size === 0 ? (nameStart ?? 0) : 0
}

const SLASH = 0x2f
const nameBytesMax = 100
const prefixBytesMax = 155

/** Where a path is cut so that both parts fit: at a slash, which is written into neither. Undefined when nowhere. */
function splitPath(path: Uint8Array): number | undefined {
  if (path.length <= nameBytesMax) return 0
  const slash = path.subarray(0, Math.min(prefixBytesMax + 1, path.length - 1)).lastIndexOf(SLASH)
  return slash > 0 && path.length - slash - 1 <= nameBytesMax ? slash + 1 : undefined
}

/** A cut name that happened to end with a slash would make a directory of a file. */
function nameField(path: Uint8Array, nameStart: number, kind: TarEntryKind): Uint8Array {
  let end = Math.min(path.length, nameStart + nameBytesMax)
  if (end < path.length && kind !== 'directory') while (end > 1 && path[end - 1] === SLASH) end -= 1
  return path.subarray(nameStart, end)
}

function writeNumber(header: Buffer, start: number, length: number, value: number): void {
  if (value < 0 || value >= 8 ** (length - 1)) {
    writeBase256(header, start, length, value)
    return
  }
  let rest = value
  for (let index = start + length - 2; index >= start; index -= 1) {
    header[index] = 0x30 + (rest % 8)
    rest = Math.floor(rest / 8)
  }
}

/** Two's complement, big-endian, with the first bit set as the mark. */
function writeBase256(header: Buffer, start: number, length: number, value: number): void {
  let rest = value
  for (let index = start + length - 1; index >= start; index -= 1) {
    const byte = ((rest % 256) + 256) % 256
    header[index] = byte
    rest = (rest - byte) / 256
  }
  header[start] = (header[start] ?? 0) | 0x80
}

function finishHeader(header: Buffer, typeFlag: string): void {
  header.write(typeFlag, 156, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  let sum = 8 * 0x20
  for (let index = 0; index < blockBytes; index += 1) sum += header[index] ?? 0
  writeNumber(header, 148, 7, sum)
  header[155] = 0x20
}
