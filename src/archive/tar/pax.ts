import { decodePathText } from '../../std/path-text.ts'
import type { FileTime } from '../tar-entry.ts'
import { badArchive, quoteName, TarFault } from './fault.ts'

/** What the PAX records before an entry say. What is undefined was not said. */
export interface PaxRecords {
  path?: string
  linkPath?: string
  userName?: string
  groupName?: string
  uid?: number
  gid?: number
  sizeBytes?: number
  modified?: FileTime
  /**
   * By full name, from `SCHILY.xattr.*`. bsdtar writes them a second time as `LIBARCHIVE.xattr.*`; what stands only there is no
   * attribute to any container runtime, and none here.
   */
  xattrs?: Map<string, Uint8Array>
  sparse?: PaxSparse
}

/** The `GNU.sparse.*` records: GNU tar manual, "Sparse Formats" 0.0, 0.1 and 1.0. */
export interface PaxSparse {
  name?: string
  sizeBytes?: number
  major?: number
  minor?: number
  runCount?: number
  /** Offset and size of each run, one after the other. */
  map?: number[]
}

/**
 * The records of a PAX extended header (POSIX.1-2017 pax, "pax Extended Header"). Of two records with one keyword the last
 * holds. A record with an empty value is as if it were not there; but an extended attribute may be empty, and a path or size
 * that is empty is refused, because readers disagree about it.
 *
 * @throws TarFault for whatever Go's archive/tar refuses too, and for numbers that are out of range.
 */
export function parsePax(bytes: Buffer): PaxRecords {
  const records: PaxRecords = {}
  let position = 0
  while (position < bytes.length) {
    const space = bytes.indexOf(0x20, position)
    const length = space === -1 ? Number.NaN : parseDecimal(bytes.toString('latin1', position, space))
    const end = position + length
    if (!(end <= bytes.length && end > space + 1 && bytes[end - 1] === 0x0a)) {
      throw badArchive('a PAX record has a wrong length')
    }
    const equals = bytes.indexOf(0x3d, space + 1)
    if (equals <= space + 1 || equals >= end) throw badArchive('a PAX record has no keyword')
    const keyword = decodePathText(bytes.subarray(space + 1, equals))
    if (keyword.includes('\0')) throw badArchive('a PAX keyword contains a NUL')
    applyRecord(records, keyword, bytes.subarray(equals + 1, end - 1))
    position = end
  }
  return records
}

/**
 * Checks the records of a global header, which POSIX applies to all entries that follow. GNU tar does; Go's archive/tar, and
 * so Docker, Podman and containerd, does not. So they are not applied here either, and those that would change what an entry
 * is or where it ends are refused.
 *
 * @throws TarFault
 */
export function checkGlobalPax(bytes: Buffer): void {
  const { path, linkPath, sizeBytes, xattrs, sparse } = parsePax(bytes)
  const refused = path ?? linkPath ?? sizeBytes ?? xattrs ?? sparse
  if (refused !== undefined) throw badArchive('a global PAX header tells the name, size or attributes of all entries')
}

const schilyXattr = 'SCHILY.xattr.'
const gnuSparse = 'GNU.sparse.'

function applyRecord(records: PaxRecords, keyword: string, value: Buffer): void {
  if (keyword.startsWith(schilyXattr)) {
    records.xattrs ??= new Map()
    records.xattrs.set(decodeXattrName(keyword.slice(schilyXattr.length)), Uint8Array.from(value))
    return
  }
  if (value.length === 0) {
    if (keyword === 'path' || keyword === 'linkpath' || keyword === 'size')
      throw badArchive(`the PAX record ${keyword} is empty`)
    return
  }
  if (keyword.startsWith(gnuSparse)) {
    records.sparse ??= {}
    applySparseRecord(records.sparse, keyword.slice(gnuSparse.length), value)
  } else {
    applyFileRecord(records, keyword, value)
  }
}

function applyFileRecord(records: PaxRecords, keyword: string, value: Buffer): void {
  switch (keyword) {
    case 'path':
      records.path = textValue(keyword, value)
      break
    case 'linkpath':
      records.linkPath = textValue(keyword, value)
      break
    case 'uname':
      records.userName = textValue(keyword, value)
      break
    case 'gname':
      records.groupName = textValue(keyword, value)
      break
    case 'size':
      records.sizeBytes = numberValue(keyword, value)
      break
    case 'uid':
      records.uid = numberValue(keyword, value)
      break
    case 'gid':
      records.gid = numberValue(keyword, value)
      break
    case 'mtime':
      records.modified = timeValue(keyword, value)
      break
  }
}

function applySparseRecord(sparse: PaxSparse, key: string, value: Buffer): void {
  const keyword = `GNU.sparse.${key}`
  switch (key) {
    case 'name':
      sparse.name = textValue(keyword, value)
      break
    case 'major':
      sparse.major = numberValue(keyword, value)
      break
    case 'minor':
      sparse.minor = numberValue(keyword, value)
      break
    case 'size':
    case 'realsize':
      sparse.sizeBytes = numberValue(keyword, value)
      break
    case 'numblocks':
      sparse.runCount = numberValue(keyword, value)
      break
    case 'map':
      sparse.map = value
        .toString('latin1')
        .split(',')
        .map((text) => checkedNumber(keyword, parseDecimal(text)))
      break
    case 'offset':
    case 'numbytes':
      sparse.map ??= []
      if ((sparse.map.length % 2 === 0) !== (key === 'offset')) throw badArchive(`${keyword} is out of order`)
      sparse.map.push(numberValue(keyword, value))
      break
    default:
      throw new TarFault('unsupported-archive', `the PAX record ${quoteName(keyword)} is not known`)
  }
}

function textValue(keyword: string, value: Buffer): string {
  if (value.includes(0)) throw badArchive(`the PAX record ${keyword} contains a NUL`)
  return decodePathText(value)
}

function numberValue(keyword: string, value: Buffer): number {
  return checkedNumber(keyword, parseDecimal(value.toString('latin1')))
}

function checkedNumber(keyword: string, value: number): number {
  if (Number.isNaN(value)) throw badArchive(`the PAX record ${keyword} is no number in range`)
  return value
}

/** Digits only, neither sign nor space. NaN for anything else and for what is not exact. */
function parseDecimal(text: string): number {
  if (!/^[0-9]{1,20}$/.test(text)) return Number.NaN
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : Number.NaN
}

/** Seconds since 1970 as a decimal fraction, possibly negative. Digits after the ninth are dropped. */
function timeValue(keyword: string, value: Buffer): FileTime {
  const match = /^(-?)([0-9]{1,20})(?:\.([0-9]*))?$/.exec(value.toString('latin1'))
  const whole = Number(match?.[2])
  if (match === null || !Number.isSafeInteger(whole + 1))
    throw badArchive(`the PAX record ${keyword} is no time in range`)
  const nanoseconds = Number((match[3] ?? '').slice(0, 9).padEnd(9, '0'))
  if (match[1] === '') return { seconds: whole, nanoseconds }
  return nanoseconds === 0
    ? { seconds: 0 - whole, nanoseconds }
    : { seconds: -whole - 1, nanoseconds: 1e9 - nanoseconds }
}

/** GNU tar writes `=` and `%` in attribute names as `%3D` and `%25`: a keyword ends at the first `=`. */
function decodeXattrName(name: string): string {
  return name.includes('%') ? name.replaceAll('%3D', '=').replaceAll('%25', '%') : name
}
