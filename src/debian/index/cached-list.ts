import type { FileHandle } from 'node:fs/promises'
import { open, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DebianError } from '../errors.ts'
import type { PackageList } from '../package-list.ts'
import { LongStanzaError, splitStanzas } from '../deb822/split-stanzas.ts'
import { ignoreMissing } from '../../std/errors.ts'
import { lockFile } from '../../std/file-lock.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { cryptoModule, zlibModule } from '../../std/node-modules.ts'
import { inCache } from '../transfer/file-cache.ts'
import { BadStanzaError, TableBuilder, type BuiltTables } from './build-tables.ts'
import { openTables, type PackageTables } from './format.ts'

/** The tables of a list, and its text open. */
export interface OpenList {
  readonly tables: PackageTables
  readonly text: FileHandle
}

/** The files of one list. */
export interface ListFiles {
  readonly text: string
  readonly tables: string
  /** The text while it is written; it is locked by whoever writes. */
  readonly partialText: string
  readonly partialTables: string
}

/** The files of a list in a cache folder. */
export function listFiles(directory: string, sha256: string): ListFiles {
  const stem = join(directory, sha256)
  return {
    text: `${stem}.packages`,
    tables: `${stem}.tables`,
    partialText: `${stem}.packages.partial`,
    partialTables: `${stem}.tables.partial`,
  }
}

/**
 * Opens what is kept of a list, or takes its text in. Any number of processes may do so at once: one works, the others wait
 * for it.
 *
 * @throws DebianError `hash-mismatch`, `bad-control-data`, `cache-unusable`, `disk-full`
 */
export async function openList(list: PackageList, directory: string, job: Job): Promise<OpenList> {
  const files = listFiles(directory, list.sha256)
  const kept = await inCache(directory, () => openKept(list, files, job))
  if (kept !== undefined) return kept
  await inCache(directory, () => makeDirectory(directory))
  const title = `the package list of ${list.title}`
  await using lock = await inCache(directory, () => lockFile(files.partialText, 'exclusive', { title }, job))
  let isNamed = false
  try {
    const madeMeanwhile = await inCache(directory, () => openKept(list, files, job))
    if (madeMeanwhile !== undefined) return madeMeanwhile
    const { file, tables } = await takeIn(list, lock.handle, directory, job)
    return await inCache(directory, async () => {
      await writeFile(files.partialTables, file)
      await rename(files.partialTables, files.tables)
      // It may be pruned as soon as it has its name.
      await using held = new AsyncDisposableStack()
      const text = held.use(await open(files.partialText))
      await rename(files.partialText, files.text)
      isNamed = true
      held.move()
      return { tables, text }
    })
  } finally {
    // The name is that of the next one's file by now, if this one has got another.
    if (!isNamed) await rm(files.partialText, { force: true })
  }
}

/** Undefined when it is not there or not sound. */
async function openKept(list: PackageList, files: ListFiles, job: Job): Promise<OpenList | undefined> {
  const tables = await readTables(files.tables, list.sha256)
  if (tables === undefined) return undefined
  const text = await open(files.text).catch(ignoreMissing)
  if (text === undefined) return undefined
  if ((await text.stat()).size !== tables.textBytes) {
    await text.close()
    return undefined
  }
  // Pruning goes by this; a folder that others own is as good to read from.
  const now = job.clock.now() / 1000
  await utimes(files.tables, now, now).catch(() => undefined)
  return { tables, text }
}

async function readTables(path: string, sha256: string): Promise<PackageTables | undefined> {
  await using file = await open(path).catch(ignoreMissing)
  if (file === undefined) return undefined
  const { size } = await file.stat()
  const buffer = new ArrayBuffer(size)
  const { bytesRead } = await file.read(new Uint8Array(buffer), 0, size, 0)
  return bytesRead === size ? openTables(buffer, sha256, (bytes) => zlibModule().crc32(bytes)) : undefined
}

/** Writes the text to a file while it is looked through. */
async function takeIn(list: PackageList, file: FileHandle, directory: string, job: Job): Promise<BuiltTables> {
  const hash = cryptoModule().createHash('sha256')
  const builder = new TableBuilder()
  let textBytes = 0
  await inCache(directory, () => file.truncate(0))
  const passing = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of list.open(job)) {
      job.signal.throwIfAborted()
      textBytes += chunk.length
      if (textBytes > job.limits.packageListBytesMax) throw tooLarge(list, job)
      hash.update(chunk)
      await inCache(directory, () => file.writeFile(chunk))
      yield chunk
    }
  }
  try {
    for await (const batch of splitStanzas(passing(), job.limits.stanzaBytesMax)) {
      for (const stanza of batch) builder.add(stanza)
    }
  } catch (error) {
    if (!(error instanceof LongStanzaError || error instanceof BadStanzaError)) throw error
    throw new DebianError('bad-control-data', `the package list of ${list.title}: ${error.message}`, { cause: error })
  }
  const sha256 = hash.digest('hex')
  if (sha256 !== list.sha256) throw wrongHash(list, sha256)
  return builder.finish(textBytes, sha256)
}

function tooLarge(list: PackageList, job: Job): DebianError {
  const message = `the package list of ${list.title} has more than ${job.limits.packageListBytesMax} bytes`
  return new DebianError('bad-control-data', message)
}

function wrongHash(list: PackageList, sha256: string): DebianError {
  const message = `the package list of ${list.title} has the SHA-256 ${sha256}, not ${list.sha256}`
  return new DebianError('hash-mismatch', message, {
    hint: 'The mirror may be in the middle of an update. Try again in some minutes, or use another mirror.',
  })
}
