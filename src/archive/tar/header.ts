import { parseNumber, parseText } from './fields.ts'
import { badArchive } from './fault.ts'

/** Everything in a tar archive comes in blocks of this size. */
export const blockBytes = 512

/** How many zeros fill the last block of so many bytes. */
export function paddingBytes(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes
}

/**
 * One header block, decoded but not interpreted. Numbers that are malformed are NaN: whether that matters depends on the
 * extension headers that came before.
 */
export interface RawHeader {
  readonly path: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly sizeBytes: number
  readonly modifiedSeconds: number
  /** The one byte that tells what the entry is, as a character; `'\0'` for regular files of old. */
  readonly typeFlag: string
  readonly linkTarget: string
  readonly userName: string
  readonly groupName: string
  readonly deviceMajor: number
  readonly deviceMinor: number
  readonly format: HeaderFormat
}

/** Which layout the block has behind byte 257. `star` is ustar with a shorter prefix and times behind it. */
export type HeaderFormat = 'v7' | 'ustar' | 'star' | 'gnu'

export function isZeroBlock(buffer: Buffer, offset: number): boolean {
  if (buffer[offset] !== 0) return false
  for (let index = offset + 1; index < offset + blockBytes; index += 1) if (buffer[index] !== 0) return false
  return true
}

/**
 * Decodes the header block at `offset`. The layout is that of POSIX.1-2017 pax, "ustar Interchange Format", and of the
 * GNU tar manual, "Basic Tar Format".
 *
 * @throws TarFault when the check sum does not match.
 */
export function parseHeader(buffer: Buffer, offset: number): RawHeader {
  verifyCheckSum(buffer, offset)
  const format = headerFormat(buffer, offset)
  const extended = format !== 'v7'
  const name = parseText(buffer, offset, 100)
  const prefix = extended ? parsePrefix(buffer, offset, format) : ''
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    mode: parseNumber(buffer, offset + 100, 8),
    uid: parseNumber(buffer, offset + 108, 8),
    gid: parseNumber(buffer, offset + 116, 8),
    sizeBytes: parseNumber(buffer, offset + 124, 12),
    modifiedSeconds: parseNumber(buffer, offset + 136, 12),
    typeFlag: String.fromCharCode(buffer[offset + 156] ?? 0),
    linkTarget: parseText(buffer, offset + 157, 100),
    userName: extended ? parseText(buffer, offset + 265, 32) : '',
    groupName: extended ? parseText(buffer, offset + 297, 32) : '',
    deviceMajor: extended ? parseNumber(buffer, offset + 329, 8) : 0,
    deviceMinor: extended ? parseNumber(buffer, offset + 337, 8) : 0,
    format,
  }
}

const SPACE = 0x20

/** The sum of all bytes with the sum's own field taken as spaces. Some old programs summed signed bytes; both are valid. */
function verifyCheckSum(buffer: Buffer, offset: number): void {
  let sum = 8 * SPACE
  let highBytes = 0
  for (let index = offset; index < offset + blockBytes; index += 1) {
    const byte = buffer[index] ?? 0
    sum += byte
    highBytes += byte >>> 7
  }
  for (let index = offset + 148; index < offset + 156; index += 1) {
    const byte = buffer[index] ?? 0
    sum -= byte
    highBytes -= byte >>> 7
  }
  const expected = parseNumber(buffer, offset + 148, 8)
  if (expected !== sum && expected !== sum - 256 * highBytes)
    throw badArchive('the check sum of a header does not match')
}

function headerFormat(buffer: Buffer, offset: number): HeaderFormat {
  if (!hasText(buffer, offset + 257, 'ustar')) return 'v7'
  if (buffer[offset + 262] === 0) return hasText(buffer, offset + 508, 'tar\0') ? 'star' : 'ustar'
  return hasText(buffer, offset + 262, '  \0') ? 'gnu' : 'v7'
}

function hasText(buffer: Buffer, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (buffer[start + index] !== text.charCodeAt(index)) return false
  }
  return true
}

/**
 * GNU headers have times where ustar has the prefix. Go's archive/tar before 1.8, and so Docker of that age, wrote some
 * GNU headers with a prefix; like Go's reader today, we take what is no time there as a prefix.
 */
function parsePrefix(buffer: Buffer, offset: number, format: HeaderFormat): string {
  if (format === 'ustar') return parseText(buffer, offset + 345, 155)
  if (format === 'star') return parseText(buffer, offset + 345, 131)
  const timesAreNumbers = isEmptyOrNumber(buffer, offset + 345) && isEmptyOrNumber(buffer, offset + 357)
  if (timesAreNumbers) return ''
  const prefix = parseText(buffer, offset + 345, 155)
  return /^[\0-\x7f]*$/.test(prefix) ? prefix : ''
}

function isEmptyOrNumber(buffer: Buffer, start: number): boolean {
  if (buffer[start] === 0 || !Number.isNaN(parseNumber(buffer, start, 12))) return true
  if ((buffer[start] ?? 0) >= 0x80) throw badArchive('a time in a GNU header is out of range')
  return false
}
