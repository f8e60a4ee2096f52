import { constants } from 'node:fs'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorMessage, systemErrorCode } from '../std/errors.ts'
import { ToolchainError, badRequest } from './errors.ts'

/** A file that BuildKit would not even begin to read is not read here either: four times its limit. */
const fileBytesMax = 64 * 1024 * 1024

/** A Dockerfile that is to be judged. */
export interface SourceFile {
  /** As the user wrote it; `<stdin>` for standard input. */
  readonly name: string
  /** Undefined for standard input. */
  readonly path: string | undefined
  readonly text: string
  /** Whether every byte is in the text: only then can it be written again. */
  readonly isUtf8: boolean
}

/** What is looked for where no file is named, or a folder. */
const usualNames = ['Dockerfile', 'Containerfile', 'dockerfile'] as const

/**
 * Reads what a word of the command line names: a file, a folder with a Dockerfile in it, or `-`.
 *
 * @throws ToolchainError `bad-request` where there is no such file, `file-failed` where it can't be read.
 */
export async function readSourceFile(word: string, signal: AbortSignal): Promise<SourceFile> {
  if (word === '-') return toSourceFile('<stdin>', undefined, await readStandardInput(signal))
  try {
    const path = (await stat(word)).isDirectory() ? await findInFolder(word) : word
    return toSourceFile(path, path, await readBounded(path))
  } catch (error) {
    if (error instanceof ToolchainError) throw error
    if (systemErrorCode(error) === 'ENOENT') {
      return badRequest(`there is no file ${JSON.stringify(word)}`, 'Name a Dockerfile, or - for standard input.')
    }
    throw new ToolchainError('file-unreadable', `cannot read ${word}: ${errorMessage(error)}`, { cause: error })
  }
}

async function findInFolder(folder: string): Promise<string> {
  for (const name of usualNames) {
    const path = folder === '.' ? name : join(folder, name)
    const found = await stat(path).catch(() => undefined)
    if (found?.isFile() === true) return path
  }
  return badRequest(`${folder === '.' ? 'this folder' : folder} has no Dockerfile`, 'Name the file: wherry lint FILE')
}

async function readBounded(path: string): Promise<Uint8Array> {
  await using file = await open(path)
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of file.createReadStream({ autoClose: false, end: fileBytesMax })) {
    if (!(chunk instanceof Uint8Array)) continue
    chunks.push(chunk)
    sizeBytes += chunk.length
  }
  return checkedSize(path, sizeBytes, chunks)
}

async function readStandardInput(signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  const stop = (): void => void process.stdin.destroy()
  signal.addEventListener('abort', stop)
  try {
    for await (const chunk of process.stdin) {
      if (!(chunk instanceof Uint8Array)) continue
      chunks.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes > fileBytesMax) break
    }
  } finally {
    signal.removeEventListener('abort', stop)
  }
  signal.throwIfAborted()
  return checkedSize('standard input', sizeBytes, chunks)
}

function checkedSize(name: string, sizeBytes: number, chunks: readonly Uint8Array[]): Uint8Array {
  if (sizeBytes > fileBytesMax) return badRequest(`${name} is larger than ${fileBytesMax} bytes: no Dockerfile is`)
  return Buffer.concat(chunks)
}

/** A text that was read, as a file. */
export function toSourceFile(name: string, path: string | undefined, bytes: Uint8Array): SourceFile {
  // A byte order mark stays in the text.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  return { name, path, text, isUtf8: Buffer.from(text).equals(bytes) }
}

/**
 * Puts a new text in the place of a file, all at once, with the file's permissions. A link keeps leading to it.
 *
 * @throws ToolchainError `file-unreadable`; the file is then as it was.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path)
    const { mode, uid, gid } = await stat(target)
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.wherry`)
    try {
      {
        const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
        await using file = await open(temporary, flags, mode & 0o777)
        await file.writeFile(text)
        // The owner stays where that is allowed: root mends files of others too.
        await file.chown(uid, gid).catch(() => undefined)
        await file.chmod(mode & 0o7777)
        await file.sync()
      }
      await rename(temporary, target)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  } catch (error) {
    throw new ToolchainError('file-unreadable', `cannot write ${path}: ${errorMessage(error)}`, { cause: error })
  }
}
