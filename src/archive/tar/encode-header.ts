import type { TarEntry, TarEntryKind } from '../tar-entry.ts'
import { checkWritable } from './check-writable.ts'
import { addNumber, addText, addTime, addXattrs, encodePax, latin1Of, octalMax, type PaxFields } from './encode-pax.ts'
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
  const path = latin1Of(entry.path)
  const linkTarget = latin1Of(entry.linkTarget)
  const userName = latin1Of(entry.userName)
  const groupName = latin1Of(entry.groupName)
  const nameStart = splitPath(path)
  const pax: PaxFields = new Map()
  if (nameStart === undefined || isForPax(entry.path, path)) addText(pax, 'path', entry.path, path)
  if (linkTarget.length > 100 || isForPax(entry.linkTarget, linkTarget))
    addText(pax, 'linkpath', entry.linkTarget, linkTarget)
  if (userName.length > 31 || isForPax(entry.userName, userName)) addText(pax, 'uname', entry.userName, userName)
  if (groupName.length > 31 || isForPax(entry.groupName, groupName)) addText(pax, 'gname', entry.groupName, groupName)
  addNumber(pax, 'size', entry.sizeBytes, 12)
  addNumber(pax, 'uid', entry.uid, 8)
  addNumber(pax, 'gid', entry.gid, 8)
  addTime(pax, 'mtime', entry.modified)
  addXattrs(pax, entry.xattrs)

  const blocks = blocksWith(pax.size === 0 ? '' : encodePax(pax))
  const header = writeEmptyHeader(blocks.subarray(blocks.length - blockBytes), typeFlags[entry.kind])
  const start = pax.has('path') ? 0 : (nameStart ?? 0)
  writeText(header, 0, path, start, nameEnd(path, start, entry.kind))
  writeText(header, 345, path, 0, start - 1)
  writeText(header, 157, linkTarget, 0, 100)
  writeText(header, 265, userName, 0, 31)
  writeText(header, 297, groupName, 0, 31)
  writeNumber(header, 100, 8, entry.mode)
  writeNumber(header, 108, 8, entry.uid)
  writeNumber(header, 116, 8, entry.gid)
  writeNumber(header, 124, 12, entry.sizeBytes)
  writeNumber(header, 136, 12, entry.modified.seconds)
  writeNumber(header, 329, 8, entry.deviceMajor)
  writeNumber(header, 337, 8, entry.deviceMinor)
  writeCheckSum(header)
  return blocks
}

/**
 * Whether a name holds UTF-8 beyond ASCII, for which ustar has no encoding. Bytes that are no UTF-8 stay in the ustar header
 * if they fit: there every program takes them as they are.
 */
function isForPax(text: string, latin1: string): boolean {
  return latin1 !== text && text.isWellFormed()
}

/**
 * Room for a ustar header at the end, after a PAX header with records if there are any. The fields of a PAX header are fixed: they are
 * about nothing, and a date or a process id would only make noise.
 */
function blocksWith(records: string): Buffer {
  if (records === '') return Buffer.allocUnsafe(blockBytes)
  const recordsEnd = blockBytes + records.length
  const blocks = Buffer.allocUnsafe(recordsEnd + paddingBytes(records.length) + blockBytes)
  const header = writeEmptyHeader(blocks, 'x')
  writeText(header, 0, '././@PaxHeader', 0, 100)
  writeNumber(header, 100, 8, 0o644)
  writeNumber(header, 124, 12, records.length)
  writeCheckSum(header)
  blocks.write(records, blockBytes, 'latin1')
  blocks.fill(0, recordsEnd)
  return blocks
}

const nameBytesMax = 100
const prefixBytesMax = 155

/**
 * Where a path is cut so that ustar's name and prefix fields hold it: behind a slash, which is written into neither. 0 where
 * the name field holds it all, undefined where the two do not.
 */
function splitPath(path: string): number | undefined {
  if (path.length <= nameBytesMax) return 0
  const slash = path.lastIndexOf('/', Math.min(prefixBytesMax, path.length - 2))
  return slash > 0 && path.length - slash - 1 <= nameBytesMax ? slash + 1 : undefined
}

/** Where the name field's part of a path ends. A cut name that happened to end with a slash would make a directory of a file. */
function nameEnd(path: string, start: number, kind: TarEntryKind): number {
  let end = Math.min(path.length, start + nameBytesMax)
  if (end < path.length && kind !== 'directory') while (end > start + 1 && path[end - 1] === '/') end -= 1
  return end
}

/** What all headers have in common: ustar's magic and version, and every number zero. */
const emptyHeader = Buffer.alloc(blockBytes)
emptyHeader.write('ustar\x0000', 257, 'latin1')
for (const start of [100, 108, 116, 329, 337]) emptyHeader.fill('0', start, start + 7, 'latin1')
for (const start of [124, 136]) emptyHeader.fill('0', start, start + 11, 'latin1')

function writeEmptyHeader(header: Buffer, typeFlag: string): Buffer {
  header.set(emptyHeader)
  header[156] = typeFlag.charCodeAt(0)
  return header
}

/** Writes some characters of a text, one byte for each. */
function writeText(header: Buffer, at: number, latin1: string, start: number, end: number): void {
  const stop = Math.min(end, latin1.length)
  for (let index = start; index < stop; index += 1) header[at + index - start] = latin1.charCodeAt(index)
}

/** Writes octal digits before the NUL that is there already, or base-256 where those do not suffice. */
function writeNumber(header: Buffer, start: number, length: number, value: number): void {
  if (value < 0 || value > octalMax(length)) {
    writeBase256(header, start, length, value)
    return
  }
  let rest = value
  for (let index = start + length - 2; rest > 0; index -= 1) {
    const higher = Math.floor(rest / 8)
    header[index] = 0x30 + (rest - higher * 8)
    rest = higher
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

function writeCheckSum(header: Buffer): void {
  let sum = 8 * 0x20
  for (let index = 0; index < blockBytes; index += 1) sum += header[index] ?? 0
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
}
