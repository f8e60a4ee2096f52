import type { RandomAccess } from '../../std/random-access.ts'
import { ArchiveError } from '../errors.ts'

const hint = 'fetch or make it again'
const endSignature = 0x06054b50
const endBytes = 22
const commentBytesMax = 0xffff
const wideLocatorSignature = 0x07064b50
const wideLocatorBytes = 20
const wideEndSignature = 0x06064b50
const wideEndBytes = 56

/** Where the central directory of a zip archive lies. */
export interface ZipDirectoryPlace {
  readonly offsetBytes: number
  readonly sizeBytes: number
  readonly entries: number
  /** Where the archive begins: programs may stand before it, and its offsets do not count them. */
  readonly startBytes: number
}

/**
 * Finds the central directory by the record at the end, and the wide one before it: APPNOTE.TXT, 4.3.14 to 4.3.16.
 *
 * @throws ArchiveError `bad-archive`, and `unsupported-archive` for one of several volumes
 */
export async function findZipDirectory(file: RandomAccess): Promise<ZipDirectoryPlace> {
  const tailBytes = Math.min(file.sizeBytes, endBytes + commentBytesMax + wideLocatorBytes)
  const tail = await file.read(file.sizeBytes - tailBytes, tailBytes)
  const at = findEnd(tail)
  if (at === undefined) throw new ArchiveError('bad-archive', 'it is no zip archive: it does not end as one', { hint })
  const end = file.sizeBytes - tailBytes + at
  const wide = await readWideEnd(file, tail, at, end)
  if (wide !== undefined) return wide
  if (tail.readUInt16LE(at + 4) !== 0 || tail.readUInt16LE(at + 6) !== 0) throw severalVolumes()
  const sizeBytes = tail.readUInt32LE(at + 12)
  return placed(end, sizeBytes, tail.readUInt32LE(at + 16), tail.readUInt16LE(at + 10))
}

/** The record whose comment is all that follows it: of several that look like one, the last. */
function findEnd(tail: Buffer): number | undefined {
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) === endSignature && at + endBytes + tail.readUInt16LE(at + 20) === tail.length) return at
  }
  return undefined
}

async function readWideEnd(
  file: RandomAccess,
  tail: Buffer,
  at: number,
  end: number,
): Promise<ZipDirectoryPlace | undefined> {
  const locator = at - wideLocatorBytes
  if (locator < 0 || tail.readUInt32LE(locator) !== wideLocatorSignature) return undefined
  if (tail.readUInt32LE(locator + 16) > 1) throw severalVolumes()
  // Right before its locator, whatever stands before the archive: its own offset does not count that.
  const offset = end - wideLocatorBytes - wideEndBytes
  const record = offset < 0 ? Buffer.alloc(0) : await file.read(offset, wideEndBytes)
  if (record.length < wideEndBytes || record.readUInt32LE(0) !== wideEndSignature) {
    throw new ArchiveError('bad-archive', 'the zip archive has a locator that leads to no record of its end', { hint })
  }
  return placed(offset, wideNumber(record, 40), wideNumber(record, 48), wideNumber(record, 32))
}

function placed(end: number, sizeBytes: number, toldOffset: number, entries: number): ZipDirectoryPlace {
  const offsetBytes = end - sizeBytes
  const startBytes = offsetBytes - toldOffset
  if (offsetBytes < 0 || startBytes < 0)
    throw new ArchiveError('bad-archive', 'the list of the zip archive lies outside of it', { hint })
  return { offsetBytes, sizeBytes, entries, startBytes }
}

/** @throws ArchiveError `bad-archive` for what no file can have */
export function wideNumber(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at)
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new ArchiveError('bad-archive', `the zip archive tells a size of ${value} bytes`, { hint })
  return Number(value)
}

function severalVolumes(): ArchiveError {
  return new ArchiveError('unsupported-archive', 'the zip archive is one of several volumes', {
    hint: 'Make one file of them.',
  })
}
