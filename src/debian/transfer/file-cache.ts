import { open, rename, rm, unlink, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ByteStream } from '../../std/bytes.ts'
import { errorMessage, OperationError, systemErrorCode } from '../../std/errors.ts'
import { withFileLock } from '../../std/file-lock.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { DebianError } from '../errors.ts'

/** A file by what is in it. */
export interface CachedFile {
  /** 64 hexadecimal digits. */
  readonly sha256: string
  readonly sizeBytes: number
  /** Names it in messages: `nodejs_18.20.4_amd64.deb`. */
  readonly name: string
}

const readBytes = 1024 * 1024

/**
 * Where a file is, if it is in the cache and what it should be. One that is damaged goes.
 *
 * @throws DebianError `cache-unusable`
 */
export async function findInCache(folder: string, file: CachedFile, job: Job): Promise<string | undefined> {
  const path = pathOf(folder, file)
  return await inCache(folder, async () => {
    let handle: FileHandle
    try {
      handle = await open(path)
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined
      throw error
    }
    try {
      const sum = new Sum()
      if ((await handle.stat()).size === file.sizeBytes) await sum.read(handle, job)
      if (sum.isOf(file)) return path
    } finally {
      await handle.close()
    }
    job.emit({ type: 'notice', level: 'warning', message: `${file.name} was damaged in the cache` })
    await rm(path, { force: true })
    return undefined
  })
}

/**
 * Puts a file into the cache, so that it is there as a whole or not at all. The bytes go to a partial file, which is locked: of
 * several that want the same file one works, and the others find it done. A partial file that somebody left is taken up.
 *
 * @param openAt gives the bytes from an offset on.
 * @param onBytes is told how many bytes are there.
 * @returns where it is.
 * @throws DebianError `hash-mismatch`, after which nothing is kept; `disk-full`, `cache-unusable`; what `openAt` and its stream
 * throw, after which the partial file is kept.
 */
export async function putIntoCache(
  folder: string,
  file: CachedFile,
  openAt: (offsetBytes: number) => Promise<ByteStream>,
  onBytes: (bytes: number) => void,
  job: Job,
): Promise<string> {
  const path = pathOf(folder, file)
  const partialPath = join(folder, 'partial', file.sha256)
  await inCache(folder, () => makeDirectory(dirname(partialPath)))
  const lock = { title: `fetching ${file.name}` }
  return await inCache(folder, () =>
    withFileLock(partialPath, 'exclusive', lock, job, async ({ handle }) => {
      if ((await findInCache(folder, file, job)) !== undefined) {
        await unlink(partialPath)
        return path
      }
      try {
        const sum = await receive(handle, file, openAt, onBytes, job)
        if (!sum.isOf(file)) throw mismatch(file, sum)
      } catch (error) {
        const isWrong = error instanceof DebianError && error.code === 'hash-mismatch'
        if (isWrong || (await handle.stat()).size === 0) await unlink(partialPath)
        throw error
      }
      await makeDirectory(dirname(path))
      await rename(partialPath, path)
      return path
    }),
  )
}

/** Two characters of the hash name a folder, so that none gets too large. */
function pathOf(folder: string, { sha256 }: CachedFile): string {
  return join(folder, 'files', sha256.slice(0, 2), sha256)
}

/**
 * Fills the partial file. A part that was taken up may be wrong (a power cut leaves zeros), so then one more try is made from
 * the beginning.
 */
async function receive(
  handle: FileHandle,
  file: CachedFile,
  openAt: (offsetBytes: number) => Promise<ByteStream>,
  onBytes: (bytes: number) => void,
  job: Job,
): Promise<Sum> {
  const { size: heldBytes } = await handle.stat()
  if (heldBytes > 0 && heldBytes <= file.sizeBytes) {
    const sum = new Sum()
    await sum.read(handle, job)
    onBytes(sum.sizeBytes)
    if (sum.sizeBytes < file.sizeBytes) await pour(await openAt(sum.sizeBytes), handle, sum, file, onBytes, job)
    if (sum.isOf(file)) return sum
  }
  if (heldBytes > 0) await handle.truncate(0)
  const sum = new Sum()
  onBytes(0)
  await pour(await openAt(0), handle, sum, file, onBytes, job)
  return sum
}

/** Appends a stream to a file. What came before the stream broke is in the file. */
async function pour(
  stream: ByteStream,
  handle: FileHandle,
  sum: Sum,
  file: CachedFile,
  onBytes: (bytes: number) => void,
  job: Job,
): Promise<void> {
  for await (const chunk of stream) {
    job.signal.throwIfAborted()
    if (sum.sizeBytes + chunk.length > file.sizeBytes) {
      throw new DebianError('hash-mismatch', `${file.name}: more came than ${file.sizeBytes} bytes`)
    }
    for (let written = 0; written < chunk.length;) {
      const part = chunk.subarray(written)
      written += (await handle.write(part, 0, part.length, sum.sizeBytes + written)).bytesWritten
    }
    sum.update(chunk)
    onBytes(sum.sizeBytes)
  }
}

/** Hash and size of what was read so far. */
class Sum {
  readonly #hash = cryptoModule().createHash('sha256')
  sizeBytes = 0
  #digest: string | undefined

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk)
    this.sizeBytes += chunk.length
  }

  async read(handle: FileHandle, job: Job): Promise<void> {
    const buffer = Buffer.allocUnsafe(readBytes)
    for (;;) {
      job.signal.throwIfAborted()
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.sizeBytes)
      if (bytesRead === 0) return
      this.update(buffer.subarray(0, bytesRead))
    }
  }

  digest(): string {
    this.#digest ??= this.#hash.copy().digest('hex')
    return this.#digest
  }

  isOf(file: CachedFile): boolean {
    return this.sizeBytes === file.sizeBytes && this.digest() === file.sha256
  }
}

function mismatch(file: CachedFile, sum: Sum): DebianError {
  const found = sum.sizeBytes === file.sizeBytes ? `the hash ${sum.digest()}` : `${sum.sizeBytes} bytes`
  const wanted = sum.sizeBytes === file.sizeBytes ? file.sha256 : String(file.sizeBytes)
  return new DebianError('hash-mismatch', `${file.name} has ${found}, and should have ${wanted}`, {
    hint: 'The mirror may be being changed just now, or is damaged. Nothing of it was kept. Try again later, or another mirror.',
  })
}

const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])

/** Does something in the cache folder. @throws DebianError `disk-full` or `cache-unusable` instead of system errors. */
export async function inCache<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === undefined || error instanceof OperationError || !/^E[A-Z0-9]+$/.test(code)) throw error
    if (fullCodes.has(code)) {
      throw new DebianError('disk-full', `the disk of the cache ${folder} is full (${errorMessage(error)})`, {
        cause: error,
        hint: 'Free some space. What was fetched so far is kept and taken up again.',
      })
    }
    throw new DebianError('cache-unusable', `the cache ${folder} cannot be used: ${errorMessage(error)}`, {
      cause: error,
      hint: 'Give yourself the right to write there, or choose another folder.',
    })
  }
}
