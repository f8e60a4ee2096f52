import { assert } from '../../std/assert.ts'
import { ArchiveError } from '../errors.ts'
import type { TarEntry } from '../tar-entry.ts'
import { quoteName } from './fault.ts'

/**
 * Refuses what no archive can hold, or what readers would take for something else.
 *
 * @throws ArchiveError `bad-entry`
 */
export function checkWritable(entry: TarEntry): void {
  assert(entry.sparse === undefined, 'expand a sparse file before writing it')
  const reason = textFault(entry) ?? numberFault(entry)
  if (reason === undefined) return
  throw new ArchiveError('bad-entry', `the entry ${quoteName(entry.path)} ${reason}`, {
    hint: 'leave it out, or rename it',
  })
}

function textFault(entry: TarEntry): string | undefined {
  const isLink = entry.kind === 'symbolic-link' || entry.kind === 'hard-link'
  if (entry.path === '') return 'has no name'
  if (entry.kind === 'file' && entry.path.endsWith('/')) return 'is a file with the name of a directory'
  if (isLink !== (entry.linkTarget !== '')) return isLink ? 'is a link without a target' : 'has a target but is no link'
  if (entry.path.includes('\0') || entry.linkTarget.includes('\0')) return 'has a NUL in a name'
  if (entry.userName.includes('\0') || entry.groupName.includes('\0')) return 'has a NUL in the name of its owner'
  for (const name of entry.xattrs.keys()) {
    if (name === '' || name.includes('\0')) return 'has an extended attribute with an impossible name'
  }
  return undefined
}

const uint32Max = 0xffff_ffff

function numberFault(entry: TarEntry): string | undefined {
  if (entry.kind !== 'file' && entry.sizeBytes !== 0) return 'has a size but is no file'
  if (!isWithin(entry.sizeBytes, Number.MAX_SAFE_INTEGER)) return `has a size that is out of range: ${entry.sizeBytes}`
  if (!isWithin(entry.mode, 0o7777)) return `has a mode that is out of range: ${entry.mode}`
  if (!isWithin(entry.uid, uint32Max) || !isWithin(entry.gid, uint32Max)) return 'has an owner that is out of range'
  if (!isWithin(entry.deviceMajor, uint32Max) || !isWithin(entry.deviceMinor, uint32Max)) {
    return 'has a device number that is out of range'
  }
  const { seconds, nanoseconds } = entry.modified
  if (!isWithin(Math.abs(seconds), Number.MAX_SAFE_INTEGER - 1) || !isWithin(nanoseconds, 999_999_999)) {
    return 'has a time that is out of range'
  }
  return undefined
}

function isWithin(value: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= max
}
