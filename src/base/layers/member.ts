import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { number, strictObject, string } from 'valibot'
import { compressLayer } from '../../archive/compress.ts'
import { compressionVersion } from '../../archive/compression-version.ts'
import type { TarContent, TarEntry } from '../../archive/tar-entry.ts'
import { writeTar } from '../../archive/tar-writer.ts'
import { ImageError } from '../../image/errors.ts'
import { byteStream, type ByteStream } from '../../std/bytes.ts'
import { systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { cacheError, readRecord, writeCacheFile, writeRecord, type CacheFolders } from '../cache/cache-files.ts'

/** Compressed bytes that are a part of a layer's blob: a gzip member (RFC 1952, section 2.2), and a part of a tar inside. */
export interface Member {
  /** Says what is in it, and how it was compressed. */
  readonly key: string
  readonly sizeBytes: number
  /** Of the compressed bytes. */
  readonly sha256: string
  open(job: Job): ByteStream
  /** Throws it away, so that it is made anew. */
  discard(): Promise<void>
}

/** Raised when what is written for the same entries changes. */
const memberVersion = 1

/** How members are compressed: the level is the middle of gzip's, as elsewhere. */
const compression = { format: 'gzip' } as const

/** An entry of a member, and how its content is told from others. */
export interface MemberEntry {
  readonly entry: TarEntry
  /** Of the content, in hexadecimal; empty for what is no file. */
  readonly sha256: string
}

const memberSchema = strictObject({ sha256: string(), sizeBytes: number() })

/**
 * A part of a layer, from the cache or made.
 *
 * @param write gives the entries with their bodies. Called only when they are needed.
 * @throws BaseError `cache-unusable`, and whatever `write` throws
 */
export async function cachedMember(
  entries: readonly MemberEntry[],
  folders: CacheFolders,
  write: (job: Job) => AsyncIterable<TarContent>,
  job: Job,
): Promise<Member> {
  const key = memberKey(entries)
  const path = join(folders.folder, 'members', `${key}.gz`)
  const recordPath = join(folders.folder, 'members', `${key}.json`)
  const known = await readRecord(recordPath, memberSchema)
  const sums = known ?? (await makeMember({ path, recordPath, folders }, write, job))
  return {
    ...{ key, ...sums },
    open: (openJob) => readFile(path, openJob),
    discard: async () => {
      await rm(recordPath, { force: true })
      await rm(path, { force: true })
    },
  }
}

/** A part of a layer that is small, and made each time. @param isLast whether the archive ends with it. */
export async function memoryMember(contents: readonly TarContent[], isLast: boolean, job: Job): Promise<Member> {
  const packed = compressLayer(writeTar(contents, job, { isPart: !isLast }), compression, job)
  const chunks: Uint8Array[] = []
  for await (const chunk of packed.bytes) chunks.push(chunk)
  const { tar, blob } = packed.sums()
  return {
    key: memberText([tar.sha256]),
    ...blob,
    open: () => byteStream(...chunks),
    discard: () => Promise.resolve(),
  }
}

async function makeMember(
  { path, recordPath, folders }: { path: string; recordPath: string; folders: CacheFolders },
  write: (job: Job) => AsyncIterable<TarContent>,
  job: Job,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const packed = compressLayer(writeTar(write(job), job, { isPart: true }), compression, job)
  await writeCacheFile(path, folders.scratchFolder, async (partial) => {
    await using handle = await open(partial, 'wx', 0o600)
    for await (const chunk of packed.bytes) await handle.write(chunk)
  })
  const { blob } = packed.sums()
  await writeRecord(recordPath, blob, folders.scratchFolder)
  return blob
}

/** What is kept of a layer is not what was put there, or is gone. */
export function damagedPart(options: { readonly cause?: unknown } = {}): ImageError {
  return new ImageError('digest-mismatch', 'what the cache has of a layer is damaged', options)
}

async function* readFile(path: string, job: Job): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, signal: job.signal })) {
      if (chunk instanceof Uint8Array) yield chunk
    }
  } catch (error) {
    job.signal.throwIfAborted()
    if (systemErrorCode(error) === 'ENOENT') throw damagedPart({ cause: error })
    throw cacheError(path, error)
  }
}

function memberKey(entries: readonly MemberEntry[]): string {
  return memberText(
    entries.map(({ entry, sha256 }) => {
      const { path, kind, mode, uid, gid, sizeBytes, modified, linkTarget } = entry
      return [path, kind, mode, uid, gid, sizeBytes, modified.seconds, linkTarget, sha256]
    }),
  )
}

/** The bytes depend on the entries, and on the library that compresses. */
function memberText(content: readonly unknown[]): string {
  const compressor = `${compressionVersion} ${process.versions.zlib} ${process.arch}`
  return cryptoModule().hash('sha256', JSON.stringify([memberVersion, compressor, ...content]))
}
