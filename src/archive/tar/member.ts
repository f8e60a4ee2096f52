import { encodePathText } from '../../std/path-text.ts'
import type { TarEntry, TarEntryKind } from '../tar-entry.ts'
import { badArchive, quoteName, TarFault } from './fault.ts'
import type { RawHeader } from './header.ts'
import type { PaxRecords } from './pax.ts'

/** The extension headers that came before an entry's own header. */
export interface Extensions {
  pax?: PaxRecords
  /** GNU `L` and `K` headers. */
  longPath?: string
  longLinkTarget?: string
}

const kinds: ReadonlyMap<string, TarEntryKind> = new Map([
  ['\0', 'file'],
  ['0', 'file'],
  ['1', 'hard-link'],
  ['2', 'symbolic-link'],
  ['3', 'character-device'],
  ['4', 'block-device'],
  ['5', 'directory'],
  ['6', 'fifo'],
  ['7', 'file'],
  ['S', 'file'],
])

const noXattrs: ReadonlyMap<string, Uint8Array> = new Map()

export function hasExtensions({ pax, longPath, longLinkTarget }: Extensions): boolean {
  return (pax ?? longPath ?? longLinkTarget) !== undefined
}

/**
 * Joins a header with its extensions: PAX before GNU before ustar.
 * The size of a file is that of its stored bytes; of a sparse one, the map is still to be applied.
 *
 * @throws TarFault
 */
export function joinMember(raw: RawHeader, extensions: Extensions, pathBytesMax: number): TarEntry {
  const pax = extensions.pax ?? {}
  const path = memberPath(raw, extensions)
  if (path === '') throw badArchive('an entry has no name')
  checkPath('name', path, pathBytesMax)
  const kind = memberKind(raw, path)
  const isDevice = kind === 'character-device' || kind === 'block-device'
  const sizeBytes = kind === 'file' ? inRange('size', pax.sizeBytes ?? raw.sizeBytes, Number.MAX_SAFE_INTEGER) : 0
  return {
    path,
    kind,
    mode: inRange('mode', raw.mode, Number.MAX_SAFE_INTEGER) & 0o7777,
    uid: inRange('uid', pax.uid ?? raw.uid, uint32Max),
    gid: inRange('gid', pax.gid ?? raw.gid, uint32Max),
    userName: pax.userName ?? raw.userName,
    groupName: pax.groupName ?? raw.groupName,
    sizeBytes,
    modified: pax.modified ?? { seconds: headerTime(raw), nanoseconds: 0 },
    linkTarget: memberLinkTarget(raw, extensions, kind, pathBytesMax),
    deviceMajor: isDevice ? inRange('device number', raw.deviceMajor, uint32Max) : 0,
    deviceMinor: isDevice ? inRange('device number', raw.deviceMinor, uint32Max) : 0,
    xattrs: pax.xattrs ?? noXattrs,
    sparse: undefined,
  }
}

const uint32Max = 0xffff_ffff

function inRange(what: string, value: number, max: number): number {
  if (!(value >= 0 && value <= max)) throw badArchive(`the ${what} is no number in range`)
  return value
}

function headerTime(raw: RawHeader): number {
  if (Number.isNaN(raw.modifiedSeconds)) throw badArchive('the modification time is no number in range')
  return raw.modifiedSeconds
}

/** Two long names for one entry are refused: readers take different ones. */
function memberPath(raw: RawHeader, { pax, longPath }: Extensions): string {
  if (longPath !== undefined && pax?.path !== undefined && pax.path !== longPath) {
    throw badArchive('an entry has a PAX path and another GNU long name')
  }
  return pax?.sparse?.name ?? pax?.path ?? longPath ?? raw.path
}

function memberLinkTarget(raw: RawHeader, extensions: Extensions, kind: TarEntryKind, pathBytesMax: number): string {
  if (kind !== 'symbolic-link' && kind !== 'hard-link') return ''
  const { pax, longLinkTarget } = extensions
  if (longLinkTarget !== undefined && pax?.linkPath !== undefined && pax.linkPath !== longLinkTarget) {
    throw badArchive('an entry has a PAX linkpath and another GNU long link name')
  }
  const target = pax?.linkPath ?? longLinkTarget ?? raw.linkTarget
  if (target === '') throw badArchive('a link has no target')
  checkPath('link target', target, pathBytesMax)
  return target
}

function checkPath(what: string, path: string, bytesMax: number): void {
  if (path.length * 3 <= bytesMax) return
  if (encodePathText(path).length > bytesMax)
    throw new TarFault('archive-too-large', `a ${what} is longer than ${bytesMax} bytes`)
}

/** Archives of old had no type for directories: they are files whose name ends with a slash. */
function memberKind(raw: RawHeader, path: string): TarEntryKind {
  const kind = kinds.get(raw.typeFlag)
  if (kind === undefined) {
    throw new TarFault('unsupported-archive', `an entry of the type ${quoteName(raw.typeFlag)}, which is not known`)
  }
  return raw.typeFlag === '\0' && path.endsWith('/') ? 'directory' : kind
}
