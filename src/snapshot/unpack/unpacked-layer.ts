import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ignoreMissing, systemErrorCode } from '../../std/errors.ts'
import { lockFile, tryLockFile, type FileLock } from '../../std/file-lock.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { bootId } from '../layer/boot-id.ts'
import type { LowerContent } from '../layer/lower-content.ts'
import { removeTree } from '../../std/remove-tree.ts'
import { unpackLayer, type UnpackOptions } from './unpack-layer.ts'

/**
 * Unpacked layers, in the layer cache folder:
 *
 * ```
 * unpacked/OWNERS/sha256-HEX[-CONTEXT]/   one layer, complete from the moment it is there
 *     root/                               what it holds
 *     lock                                shared by those who have it mounted; the boot that it was made in
 * unpacked/OWNERS/temporary-NAME/         one in the making, locked by its maker, or one that is being deleted
 * ```
 *
 * OWNERS is a digest of how user ids are mapped: what is unpacked under one mapping has wrong owners under another.
 */
const folderName = 'unpacked'
const temporaryPrefix = 'temporary-'
const rootName = 'root'
const lockName = 'lock'
const folderMode = 0o700

/** An unpacked layer that stays until this is disposed of. */
export interface UnpackedLayer extends AsyncDisposable {
  readonly root: string
}

/** Opens a layer that is unpacked, or unpacks it. Any number of processes may do so at once. */
export async function openUnpacked(
  content: LowerContent,
  layersDirectory: string,
  options: UnpackOptions,
  job: Job,
): Promise<UnpackedLayer> {
  const parent = join(layersDirectory, folderName, ownersKey(options))
  const { diffId } = content.index
  const name = `${diffId.replace(':', '-')}${content.context === '' ? '' : `-${content.context}`}`
  const folder = join(parent, name)
  for (;;) {
    job.signal.throwIfAborted()
    const found = await openIfThere(folder, job)
    if (found !== undefined) return found
    await makeDirectory(parent, folderMode)
    await removeAbandoned(parent)
    await make(content, parent, folder, options, job)
  }
}

async function openIfThere(folder: string, job: Job): Promise<UnpackedLayer | undefined> {
  const lock = await lockFile(join(folder, lockName), 'shared', { title: 'with an unpacked layer' }, job).catch(
    ignoreMissing,
  )
  if (lock === undefined) return undefined
  if ((await readFile(lock.path, 'latin1')) === bootId()) return unpackedLayer(folder, lock)
  await lock[Symbol.asyncDispose]()
  await removeUnlocked(folder)
  return undefined
}

function unpackedLayer(folder: string, lock: FileLock): UnpackedLayer {
  return { root: join(folder, rootName), [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() }
}

/**
 * Unpacks a layer, unless somebody else is faster. The lock is let go with it: it cannot be made a shared one without a moment in which
 * somebody else may take it, and prune what it is of.
 */
async function make(
  content: LowerContent,
  parent: string,
  folder: string,
  options: UnpackOptions,
  job: Job,
): Promise<void> {
  const work = join(parent, `${temporaryPrefix}${randomUUID()}`)
  await mkdir(work, folderMode)
  await using lock = await tryLockFile(join(work, lockName), 'exclusive').catch(ignoreMissing)
  if (lock === undefined) return
  try {
    const root = join(work, rootName)
    await mkdir(root, 0o755)
    await unpackLayer(content, root, options, job)
    await writeFile(join(work, lockName), bootId())
    if (!(await renamed(work, folder))) await removeTree(work)
  } catch (error) {
    await removeTree(work)
    throw error
  }
}

async function renamed(work: string, folder: string): Promise<boolean> {
  try {
    await rename(work, folder)
    return true
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false
    throw error
  }
}

/** Removes whatever of a layer is unpacked in a layer cache folder, but for what is mounted. */
export async function removeUnpackedOf(
  layersDirectory: string,
  isRemoved: (diffId: string) => boolean,
  job: Job,
): Promise<void> {
  const top = join(layersDirectory, folderName)
  for (const owners of await namesIn(top)) {
    const parent = join(top, owners)
    await removeAbandoned(parent)
    for (const name of await namesIn(parent)) {
      job.signal.throwIfAborted()
      const [algorithm, hex] = name.split('-')
      if (!name.startsWith(temporaryPrefix) && isRemoved(`${algorithm}:${hex}`))
        await removeUnlocked(join(parent, name))
    }
  }
}

/** What killed processes left behind: their locks are free. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await namesIn(parent)) {
    if (name.startsWith(temporaryPrefix)) await removeUnlocked(join(parent, name))
  }
}

/** Removes a folder that nobody holds: renamed first, so that nobody sees half of one. */
async function removeUnlocked(folder: string): Promise<void> {
  await using lock = await tryLockFile(join(folder, lockName), 'exclusive').catch(ignoreMissing)
  if (lock === undefined) return
  const grave = join(folder, '..', `${temporaryPrefix}${randomUUID()}`)
  await rename(folder, grave)
  await removeTree(grave)
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(ignoreMissing)) ?? []
}

const keyDigits = 16

function ownersKey({ namespace, unmappedOwners }: UnpackOptions): string {
  const maps = ['uid_map', 'gid_map'].map((name) => readFileSync(`/proc/self/${name}`, 'latin1'))
  const text = [...maps, namespace, unmappedOwners].join('\n')
  return createHash('sha256').update(text).digest('hex').slice(0, keyDigits)
}
