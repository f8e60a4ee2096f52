import type { Digest } from '../../image/digest.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import type { SystemStat } from '../../std/syscalls-stat.ts'

/*
 * The form of the file that keeps hashes: made so that it is used as it was read, without being parsed.
 *
 * Header of 32 bytes: magic with version, count of records, count of slots (a power of two), zeros. Then the records, each of 24 words
 * of 32 bits: device, inode, size and both times (high half first), flags, zeros, and the hash. Then the slots: a record's number plus
 * 1, or 0; a record is in the first free slot from the one that its inode leads to. Then the SHA-256 of all that. Little-endian, as
 * every processor that Node runs on.
 */

/** One record. */
export interface HashRecord {
  /** The words of device, inode, size and times. */
  readonly identity: readonly number[]
  readonly digest: Digest | undefined
  /** How many times the file was written since it was last asked for. */
  readonly age: number
}

/** Records by identity. */
export interface HashTable {
  readonly count: number
  find(stat: SystemStat): number | undefined
  digest(index: number): Digest | undefined
  read(index: number): HashRecord
}

const magic = Buffer.from('wherryh\u0001', 'latin1')
const headerBytes = 32
const identityWords = 12
const flagsWord = 12
const digestWord = 16
const recordWords = 24
const checksumBytes = 32
const hasDigestFlag = 1
const ageShift = 8

/** What of a file's stat tells it from every other, and from itself after a change, as a record has it. */
export function identityOf(stat: SystemStat): readonly number[] {
  return [
    ...[stat.deviceMajor, stat.deviceMinor, stat.inodeHigh, stat.inodeLow],
    ...[high(stat.sizeBytes), low(stat.sizeBytes)],
    ...[high(stat.modifiedSeconds), low(stat.modifiedSeconds), stat.modifiedNanoseconds],
    ...[high(stat.changedSeconds), low(stat.changedSeconds), stat.changedNanoseconds],
  ]
}

function high(value: number): number {
  return Math.floor(value / 2 ** 32) >>> 0
}

function low(value: number): number {
  return value >>> 0
}

/** An empty table for bytes that are none, or damaged. */
export function decodeHashTable(bytes: Buffer | undefined): HashTable {
  const parts = bytes === undefined ? undefined : splitFile(bytes)
  return createTable(
    parts ?? { count: 0, words: new Uint32Array(0), digests: Buffer.alloc(0), slots: new Uint32Array(1) },
  )
}

interface TableParts {
  readonly count: number
  readonly words: Uint32Array
  /** The same bytes as the words. */
  readonly digests: Buffer
  readonly slots: Uint32Array
}

function splitFile(bytes: Buffer): TableParts | undefined {
  if (bytes.length < headerBytes + checksumBytes || !bytes.subarray(0, magic.length).equals(magic)) return undefined
  const [count, slotCount] = [bytes.readUInt32LE(8), bytes.readUInt32LE(12)]
  const recordsBytes = count * recordWords * 4
  const end = headerBytes + recordsBytes + slotCount * 4
  if (bytes.length !== end + checksumBytes || slotCount <= count || (slotCount & (slotCount - 1)) !== 0)
    return undefined
  if (!checksum(bytes.subarray(0, end)).equals(bytes.subarray(end))) return undefined
  // Views of words have to be aligned, and buffers may begin anywhere.
  const { buffer } = Uint8Array.from(bytes.subarray(headerBytes, end))
  return {
    count,
    words: new Uint32Array(buffer, 0, count * recordWords),
    digests: Buffer.from(buffer, 0, recordsBytes),
    slots: new Uint32Array(buffer, recordsBytes, slotCount),
  }
}

function createTable({ count, words, digests, slots }: TableParts): HashTable {
  const flags = (index: number): number => words[index * recordWords + flagsWord] ?? 0
  const digest = (index: number): Digest | undefined => {
    if ((flags(index) & hasDigestFlag) === 0) return undefined
    const at = (index * recordWords + digestWord) * 4
    return `sha256:${digests.toString('hex', at, at + 32)}`
  }
  return {
    count,
    digest,
    find(stat) {
      for (let slot = slotOf(stat.inodeLow, slots.length); ; slot = (slot + 1) & (slots.length - 1)) {
        const index = (slots[slot] ?? 0) - 1
        if (index < 0) return undefined
        const at = index * recordWords
        if (words[at + 3] !== stat.inodeLow || words[at + 2] !== stat.inodeHigh) continue
        if (words[at + 1] !== stat.deviceMinor || words[at] !== stat.deviceMajor) continue
        return isUnchanged(words, at, stat) ? index : undefined
      }
    },
    read: (index) => ({
      identity: Array.from(words.subarray(index * recordWords, index * recordWords + identityWords)),
      digest: digest(index),
      age: flags(index) >>> ageShift,
    }),
  }
}

function isUnchanged(words: Uint32Array, at: number, stat: SystemStat): boolean {
  return (
    words[at + 11] === stat.changedNanoseconds &&
    words[at + 10] === low(stat.changedSeconds) &&
    words[at + 9] === high(stat.changedSeconds) &&
    words[at + 8] === stat.modifiedNanoseconds &&
    words[at + 7] === low(stat.modifiedSeconds) &&
    words[at + 6] === high(stat.modifiedSeconds) &&
    words[at + 5] === low(stat.sizeBytes) &&
    words[at + 4] === high(stat.sizeBytes)
  )
}

/** Records of different files: no two may have device and inode in common. */
export function encodeHashTable(records: readonly HashRecord[]): Uint8Array {
  let slotCount = 4
  while (slotCount < records.length * 2) slotCount *= 2
  const recordsBytes = records.length * recordWords * 4
  const body = Buffer.alloc(recordsBytes + slotCount * 4)
  const words = new Uint32Array(body.buffer, body.byteOffset, records.length * recordWords)
  const slots = new Uint32Array(body.buffer, body.byteOffset + recordsBytes, slotCount)
  for (const [index, { identity, digest, age }] of records.entries()) {
    const at = index * recordWords
    words.set(identity, at)
    words[at + flagsWord] = (digest === undefined ? 0 : hasDigestFlag) | (age << ageShift)
    if (digest !== undefined) body.write(digest.slice('sha256:'.length), (at + digestWord) * 4, 'hex')
    let slot = slotOf(identity[3] ?? 0, slotCount)
    while (slots[slot] !== 0) slot = (slot + 1) & (slotCount - 1)
    slots[slot] = index + 1
  }
  const header = Buffer.alloc(headerBytes)
  magic.copy(header)
  header.writeUInt32LE(records.length, 8)
  header.writeUInt32LE(slotCount, 12)
  const whole = Buffer.concat([header, body])
  return Buffer.concat([whole, checksum(whole)])
}

/** Inodes are often numbered one after the other, so their low bits are mixed (Knuth's multiplicative hash). */
function slotOf(inodeLow: number, slotCount: number): number {
  return ((Math.imul(inodeLow, 0x9e3779b1) >>> 15) ^ inodeLow) & (slotCount - 1)
}

function checksum(bytes: Uint8Array): Buffer {
  return cryptoModule().createHash('sha256').update(bytes).digest()
}
