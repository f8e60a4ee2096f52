import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { decompress, detectCompression, detectionBytes, type Compression } from '../../archive/compression.ts'
import { ArchiveError } from '../../archive/errors.ts'
import type { TarEntry } from '../../archive/tar-entry.ts'
import { TarParser } from '../../archive/tar-parser.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { peek } from './peek.ts'

/** A member of an archive that was read, with the place of its content. */
export interface ArchiveMember {
  readonly entry: TarEntry
  readonly dataOffsetBytes: number
}

/** An archive whose plain tar lies in a file without a name, so that members can be read in any order, and nothing is ever left. */
export interface ArchiveFile extends AsyncDisposable {
  readonly members: readonly ArchiveMember[]
  /** What an entry of `members` holds, holes included. */
  read(member: ArchiveMember, job: Job): ByteStream
}

/**
 * Reads a tar, plain or compressed, in one pass. Undefined for what is no tar: BuildKit's test is that there is a first header.
 *
 * @param directory where the plain tar is kept until this is disposed of; made when it is not there
 * @throws ArchiveError `bad-archive` for what begins as a tar and does not end as one
 */
export async function openArchive(stream: ByteStream, directory: string, job: Job): Promise<ArchiveFile | undefined> {
  const { first, rest, cancel } = await peek(stream, detectionBytes)
  const compression = await compressionOf(first, cancel)
  if (compression === undefined) return undefined
  await using held = new AsyncDisposableStack()
  await makeDirectory(directory, 0o700)
  const tar = held.use(await openUnnamed(directory))
  const members = await writeTarFile(decompress(rest, compression, job), tar, job)
  if (members === undefined) return undefined
  const kept = held.move()
  return {
    members,
    read: (member, inner) => readMember(tar, member, inner),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

async function openUnnamed(directory: string): Promise<FileHandle> {
  const path = join(directory, cryptoModule().randomUUID())
  const handle = await open(path, 'wx+', 0o600)
  // Somebody who empties the cache may have been quicker.
  await rm(path, { force: true })
  return handle
}

/** BuildKit does not read lz4 either, and takes it for a file like any other. */
async function compressionOf(first: Uint8Array, cancel: () => Promise<void>): Promise<Compression | undefined> {
  try {
    return detectCompression(first)
  } catch (error) {
    await cancel()
    if (!(error instanceof ArchiveError)) throw error
    return undefined
  }
}

async function writeTarFile(
  plain: ByteStream,
  tar: FileHandle,
  job: Job,
): Promise<readonly ArchiveMember[] | undefined> {
  const members: ArchiveMember[] = []
  const handler = {
    entry: (entry: TarEntry, dataOffsetBytes: number) => void members.push({ entry, dataOffsetBytes }),
    data: () => undefined,
    entryEnd: () => undefined,
  }
  const parser = new TarParser(handler, job.limits)
  try {
    for await (const chunk of plain) {
      job.signal.throwIfAborted()
      parser.push(chunk)
      for (let done = 0; done < chunk.length;) done += (await tar.write(chunk, done)).bytesWritten
    }
    parser.finish()
  } catch (error) {
    if (error instanceof ArchiveError && members.length === 0 && error.code === 'bad-archive') return undefined
    throw error
  }
  return members.length === 0 ? undefined : members
}

const chunkBytes = 256 * 1024

async function* readMember(tar: FileHandle, { entry, dataOffsetBytes }: ArchiveMember, job: Job): ByteStream {
  let done = 0
  let position = dataOffsetBytes
  for (const run of entry.sparse ?? [{ offsetBytes: 0, sizeBytes: entry.sizeBytes }]) {
    yield* zeros(run.offsetBytes - done, job)
    for (let read = 0; read < run.sizeBytes;) {
      job.signal.throwIfAborted()
      const chunk = Buffer.allocUnsafeSlow(Math.min(chunkBytes, run.sizeBytes - read))
      const { bytesRead } = await tar.read(chunk, 0, chunk.length, position + read)
      if (bytesRead === 0) throw new ArchiveError('bad-archive', `${entry.path}: the copy of the archive is cut off`)
      read += bytesRead
      yield chunk.subarray(0, bytesRead)
    }
    done = run.offsetBytes + run.sizeBytes
    position += run.sizeBytes
  }
  yield* zeros(entry.sizeBytes - done, job)
}

async function* zeros(sizeBytes: number, job: Job): ByteStream {
  for (let done = 0; done < sizeBytes; done += chunkBytes) {
    job.signal.throwIfAborted()
    yield Buffer.alloc(Math.min(chunkBytes, sizeBytes - done))
  }
}
