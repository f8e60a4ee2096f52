import type { ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import { zlibModule } from '../std/node-modules.ts'
import { partOf, type RandomAccess } from '../std/random-access.ts'
import { throughTransform } from './compression/transform-stream.ts'
import { ArchiveError } from './errors.ts'
import { quoteName } from './tar/fault.ts'
import { findZipDirectory, wideNumber } from './zip/directory.ts'

/** A member of a zip archive, as the list at its end tells of it. */
export interface ZipEntry {
  /** As it is written: with a slash at the end of a folder, and not made safe. */
  readonly path: string
  readonly sizeBytes: number
  readonly compressedBytes: number
  /** `unknown`: its content is not read. */
  readonly method: 'stored' | 'deflated' | 'unknown'
  readonly crc32: number
  /** Where its own header begins. */
  readonly headerOffsetBytes: number
}

const hint = 'fetch or make it again'
const directorySignature = 0x02014b50
const directoryEntryBytes = 46
const headerSignature = 0x04034b50
const headerBytes = 30
const encryptedFlag = 0x1
const wideExtra = 0x0001
const narrowMax = 0xffffffff
const methods: ReadonlyMap<number, ZipEntry['method']> = new Map([
  [0, 'stored'],
  [8, 'deflated'],
])
const chunkBytes = 256 * 1024

/**
 * The members of a zip archive (APPNOTE.TXT, 4.3), jar and jmod files among them, in the order of its list. Of members with one name,
 * readers take the last. The list is held in memory, up to the job's zipDirectoryBytesMax.
 *
 * @throws ArchiveError `bad-archive`, `archive-too-large`; `unsupported-archive` for one of several volumes
 */
export async function readZipEntries(file: RandomAccess, job: Job): Promise<readonly ZipEntry[]> {
  const { offsetBytes, sizeBytes, entries, startBytes } = await findZipDirectory(file)
  const { zipDirectoryBytesMax } = job.limits
  if (sizeBytes > zipDirectoryBytesMax) {
    const message = `the list of the zip archive has ${sizeBytes} bytes, more than ${zipDirectoryBytesMax}`
    throw new ArchiveError('archive-too-large', message, { hint: 'raise the limit if you trust where it comes from' })
  }
  const list = await file.read(offsetBytes, sizeBytes)
  const found: ZipEntry[] = []
  for (let at = 0; at < list.length;) {
    const fixed = list.subarray(at, at + directoryEntryBytes)
    if (fixed.length < directoryEntryBytes || fixed.readUInt32LE(0) !== directorySignature) break
    const nameEnd = at + directoryEntryBytes + fixed.readUInt16LE(28)
    const extraEnd = nameEnd + fixed.readUInt16LE(30)
    const path = list.toString('utf8', at + directoryEntryBytes, nameEnd)
    found.push(entryOf(path, fixed, list.subarray(nameEnd, extraEnd), startBytes))
    at = extraEnd + fixed.readUInt16LE(32)
  }
  // The number of entries has 16 bits where the wide record is missing.
  if (found.length % 0x10000 !== entries % 0x10000)
    throw bad(`its list has ${found.length} members, and says that it has ${entries}`)
  return found
}

function entryOf(path: string, fixed: Buffer, extra: Buffer, startBytes: number): ZipEntry {
  const wide = wideFields(extra)
  const next = (value: number): number => (value === narrowMax ? (wide.shift() ?? value) : value)
  const sizeBytes = next(fixed.readUInt32LE(24))
  const compressedBytes = next(fixed.readUInt32LE(20))
  const headerOffsetBytes = startBytes + next(fixed.readUInt32LE(42))
  const method = methodOf(fixed)
  if (method === 'stored' && sizeBytes !== compressedBytes) throw bad(`${quoteName(path)} is stored, with two sizes`)
  return { path, sizeBytes, compressedBytes, method, crc32: fixed.readUInt32LE(16), headerOffsetBytes }
}

function methodOf(fixed: Buffer): ZipEntry['method'] {
  if ((fixed.readUInt16LE(8) & encryptedFlag) !== 0) return 'unknown'
  return methods.get(fixed.readUInt16LE(10)) ?? 'unknown'
}

/** What has no room in 32 bits, in its order: APPNOTE.TXT, 4.5.3. */
function wideFields(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2))
    if (extra.readUInt16LE(at) === wideExtra)
      return Array.from({ length: Math.floor(field.length / 8) }, (_, index) => wideNumber(field, index * 8))
  }
  return []
}

/**
 * The bytes of a member as they lie in the archive, without having been unpacked: of a stored one, its content.
 *
 * @throws ArchiveError `bad-archive`; `unsupported-archive` for a member that is encrypted, or packed in another way than by deflate
 */
export async function packedBytes(file: RandomAccess, entry: ZipEntry): Promise<RandomAccess> {
  if (entry.method === 'unknown') {
    const message = `${quoteName(entry.path)} of the zip archive is encrypted, or packed in a way that is not read`
    throw new ArchiveError('unsupported-archive', message, {
      hint: 'Only members that are stored or deflated are read.',
    })
  }
  const header = await file.read(entry.headerOffsetBytes, headerBytes)
  if (header.length < headerBytes || header.readUInt32LE(0) !== headerSignature)
    throw bad(`${quoteName(entry.path)} is not where the list says`)
  const start = entry.headerOffsetBytes + headerBytes + header.readUInt16LE(26) + header.readUInt16LE(28)
  if (start + entry.compressedBytes > file.sizeBytes) throw bad(`${quoteName(entry.path)} goes on behind its end`)
  return partOf(file, start, entry.compressedBytes)
}

/**
 * A member's content as a stream, held against its size and its sum.
 *
 * @throws ArchiveError `bad-archive`, `unsupported-archive`
 */
export async function* openZipEntry(file: RandomAccess, entry: ZipEntry, job: Job): AsyncGenerator<Uint8Array> {
  const { crc32, createInflateRaw } = zlibModule()
  const packed = chunksOf(await packedBytes(file, entry), job)
  const content = entry.method === 'stored' ? packed : inflated(packed, createInflateRaw(), entry, job)
  let bytes = 0
  let sum = 0
  for await (const chunk of content) {
    bytes += chunk.length
    if (bytes > entry.sizeBytes) break
    sum = crc32(chunk, sum)
    yield chunk
  }
  checkContent(entry, bytes, sum)
}

async function* inflated(
  packed: ByteStream,
  transform: Parameters<typeof throughTransform>[1],
  { path }: ZipEntry,
  job: Job,
): AsyncGenerator<Uint8Array> {
  const check = {
    take: (chunk: Uint8Array): readonly Uint8Array[] => [chunk],
    takeRest(): void {
      throw bad(`${quoteName(path)} is followed by garbage`)
    },
    finish: (): void => undefined,
  }
  try {
    yield* throughTransform(packed, transform, check, job.signal)
  } catch (error) {
    job.signal.throwIfAborted()
    throw error instanceof ArchiveError ? error : bad(`${quoteName(path)} is damaged`, error)
  }
}

async function* chunksOf(bytes: RandomAccess, job: Job): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.sizeBytes; offset += chunkBytes) {
    job.signal.throwIfAborted()
    yield await bytes.read(offset, chunkBytes)
  }
}

/**
 * The whole content of a small member, quicker than as a stream.
 *
 * @throws ArchiveError `bad-archive`, `unsupported-archive`; `archive-too-large` over `bytesMax`
 */
export async function readZipEntry(file: RandomAccess, entry: ZipEntry, bytesMax: number): Promise<Buffer> {
  const { path, sizeBytes, compressedBytes, method } = entry
  if (sizeBytes > bytesMax || compressedBytes > bytesMax) {
    throw new ArchiveError(
      'archive-too-large',
      `${quoteName(path)} of the zip archive has more than ${bytesMax} bytes`,
      {
        hint: 'Make it smaller, or leave it out.',
      },
    )
  }
  const { crc32, inflateRawSync } = zlibModule()
  const packed = await (await packedBytes(file, entry)).read(0, compressedBytes)
  let content = packed
  if (method === 'deflated') {
    try {
      content = inflateRawSync(packed, { maxOutputLength: Math.max(sizeBytes, 1) })
    } catch (error) {
      throw bad(`${quoteName(path)} is damaged`, error)
    }
  }
  checkContent(entry, content.length, crc32(content))
  return content
}

function checkContent({ path, sizeBytes, crc32 }: ZipEntry, bytes: number, sum: number): void {
  if (bytes !== sizeBytes || sum !== crc32) throw bad(`${quoteName(path)} is damaged`)
}

function bad(what: string, cause?: unknown): ArchiveError {
  return new ArchiveError('bad-archive', `the zip archive is damaged: ${what}`, { hint, cause })
}
