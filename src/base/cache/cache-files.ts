import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse, type GenericSchema, type InferOutput } from 'valibot'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { BaseError } from '../errors.ts'

/** Where files of the cache are written before they get their names. */
export interface CacheFolders {
  /** What is kept. */
  readonly folder: string
  /** What goes with the build, on the same file system. */
  readonly scratchFolder: string
}

/**
 * Writes a file of the cache whole or not at all: other processes may do the same at once. It is not synced: what is read is
 * checked.
 *
 * @param scratchFolder on the same file system; what is left there by a process that is killed is cleared away.
 * @param write fills the file at the path that it is given.
 * @throws BaseError `cache-unusable`
 */
export async function writeCacheFile(
  path: string,
  scratchFolder: string,
  write: (path: string) => Promise<void>,
): Promise<void> {
  const partial = join(scratchFolder, `${cryptoModule().randomBytes(8).toString('hex')}.partial`)
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await write(partial)
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw systemErrorCode(error) === undefined ? error : cacheError(path, error)
  }
}

/** What a system call says of the cache. */
export function cacheError(path: string, cause: unknown): BaseError {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(systemErrorCode(cause) ?? '')
  const hint = isFull ? 'Make room, or choose another cache folder.' : undefined
  return new BaseError('cache-unusable', `the cache ${path} cannot be used: ${errorMessage(cause)}`, { cause, hint })
}

/** Writes a value with a sum of its bytes before it. @throws BaseError `cache-unusable` */
export async function writeRecord(path: string, value: unknown, scratchFolder = dirname(path)): Promise<void> {
  const text = JSON.stringify(value)
  await writeCacheFile(path, scratchFolder, (partial) => writeFile(partial, `${sumOf(text)}\n${text}`))
}

/** Reads what {@link writeRecord} wrote. Undefined where it is not there, is damaged, or is of another form. */
export async function readRecord<Schema extends GenericSchema>(
  path: string,
  schema: Schema,
): Promise<InferOutput<Schema> | undefined> {
  let file: string
  try {
    file = await readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw cacheError(path, error)
  }
  const lineEnd = file.indexOf('\n')
  const text = file.slice(lineEnd + 1)
  if (file.slice(0, Math.max(0, lineEnd)) !== sumOf(text)) return undefined
  try {
    return parse(schema, JSON.parse(text))
  } catch {
    return undefined
  }
}

function sumOf(text: string): string {
  return cryptoModule().hash('sha256', text)
}
