import { writeSync } from 'node:fs'
import { readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { looseObject, number, string } from 'valibot'
import { digestSchema, type Descriptor } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import { JsonError, parseJson } from '../../std/json.ts'
import { tryLockFile, type FileLock } from '../../std/file-lock.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { atPath, StoreError } from '../errors.ts'
import { unlessMissing } from './files.ts'
import type { LayoutPaths } from './paths.ts'

/**
 * What a session relies on staying. It is a file with a line of JSON for each descriptor, which the session's process
 * holds locked: prune keeps what is in it, and knows by the lock whether the session is alive.
 */
export interface Lease extends AsyncDisposable {
  has(digest: Digest): boolean
  /** Call it only with `prune.lock` held, and look whether the content is there afterwards, still under that lock. */
  add(descriptor: Descriptor): Promise<void>
}

/** The file is made with the first descriptor, so that a session that only reads costs and needs nothing. */
export function createLease(paths: LayoutPaths): Lease {
  const digests = new Set<Digest>()
  let opening: Promise<FileLock> | undefined
  let endBytes = 0
  const openOnce = async (): Promise<FileLock> => {
    try {
      return await (opening ??= openLease(paths))
    } catch (error) {
      opening = undefined
      throw error
    }
  }
  return {
    has: (digest) => digests.has(digest),
    async add(descriptor) {
      if (digests.has(descriptor.digest)) return
      const { path, handle } = await openOnce()
      const { mediaType, digest, size } = descriptor
      const line = Buffer.from(`${JSON.stringify({ mediaType, digest, size })}\n`)
      const position = endBytes
      endBytes += line.length
      await atPath(path, async () => writeSync(handle.fd, line, 0, line.length, position))
      digests.add(digest)
    },
    async [Symbol.asyncDispose]() {
      if (opening === undefined) return
      await using lock = await opening
      await atPath(lock.path, () => unlessMissing(() => unlink(lock.path)))
    },
  }
}

async function openLease(paths: LayoutPaths): Promise<FileLock> {
  await atPath(paths.leases, () => makeDirectory(paths.leases))
  for (;;) {
    const path = join(paths.leases, cryptoModule().randomUUID())
    // A prune may have looked at it between its making and its locking, and taken it for a dead one.
    const lock = await atPath(path, () => tryLockFile(path, 'exclusive'))
    if (lock !== undefined) return lock
  }
}

export interface LeaseSurvey {
  /** What living sessions rely on. */
  readonly descriptors: readonly Descriptor[]
  /** Leases of sessions that have died. */
  readonly deadPaths: readonly string[]
}

const lineSchema = looseObject({ mediaType: string(), digest: digestSchema, size: number() })

/**
 * All leases. Call it with `prune.lock` held exclusively: then no line is half written.
 *
 * @throws StoreError `file-system` for a line of a living session that cannot be read: better no prune than a wrong one.
 */
export async function surveyLeases(paths: LayoutPaths): Promise<LeaseSurvey> {
  const names = (await atPath(paths.leases, () => unlessMissing(() => readdir(paths.leases)))) ?? []
  const descriptors: Descriptor[] = []
  const deadPaths: string[] = []
  for (const name of names) {
    const path = join(paths.leases, name)
    const bytes = await atPath(path, () => readLiving(path))
    if (bytes === undefined) deadPaths.push(path)
    else descriptors.push(...parseLines(bytes, path))
  }
  return { descriptors, deadPaths }
}

/** The content of a lease whose owner lives, or undefined. */
async function readLiving(path: string): Promise<Buffer | undefined> {
  await using lock = await tryLockFile(path, 'exclusive')
  return lock === undefined ? await unlessMissing(() => readFile(path)) : undefined
}

function parseLines(bytes: Buffer, path: string): readonly Descriptor[] {
  const lines = bytes.toString('utf8').split('\n')
  try {
    return lines.filter((line) => line !== '').map((line) => parseJson(Buffer.from(line), lineSchema, path))
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new StoreError('file-system', `lease of a session that is at work: ${error.message}`, {
      cause: error,
      hint: 'Nothing was deleted. Wait until the other wherry is done, and prune again.',
    })
  }
}
