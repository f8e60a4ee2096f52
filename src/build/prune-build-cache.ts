import { lstat, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ContainerHost } from '../container/container.ts'
import type { Descriptor } from '../image/descriptor.ts'
import { ignoreMissing, systemErrorCode } from '../std/errors.ts'
import { tryLockFile } from '../std/file-lock.ts'
import type { Job } from '../std/job.ts'
import { cryptoModule } from '../std/node-modules.ts'
import { removeTree } from '../std/remove-tree.ts'
import { openScratchFolder, removeAbandoned } from '../std/scratch-folder.ts'
import { lockSuffix, mountsFolder, scratchFolder, stepsFolder } from './cache/folders.ts'
import { readRecord } from './cache/step-cache.ts'

/** The layers that steps of the cache made: a store that prunes keeps them, so that the next build finds them. */
export async function cachedBlobs(directory: string): Promise<readonly Descriptor[]> {
  const blobs: Descriptor[] = []
  for (const prefix of await namesIn(stepsFolder(directory))) {
    for (const name of await namesIn(join(stepsFolder(directory), prefix))) {
      const record = await readRecord(join(stepsFolder(directory), prefix, name))
      if (record?.kind === 'layer' && record.layer !== null) blobs.push(record.layer.descriptor)
    }
  }
  return blobs
}

/** Deletes what killed builds have left that nobody could ever use. What builds have done stays. */
export async function removeAbandonedBuilds(directory: string): Promise<void> {
  await removeAbandoned(scratchFolder(directory))
}

/** What pruning the build cache did, or would do. */
export interface PrunedBuildCache {
  /** Without the layers, which are the store's. */
  readonly freedBytes: number
  /** Cache mounts that builds use now: they stay. */
  readonly usedMounts: number
}

/**
 * Empties the build cache. Builds that run meanwhile go on: what they look for and do not find they make anew, and the cache mounts
 * that they use stay.
 *
 * @param containers delete what belongs to users whom only a namespace has
 * @throws system errors as they come
 */
export async function pruneBuildCache(
  directory: string,
  options: { readonly dryRun: boolean },
  containers: ContainerHost,
  job: Job,
): Promise<PrunedBuildCache> {
  const names = await namesIn(directory)
  if (names.length === 0) return { freedBytes: 0, usedMounts: 0 }
  const mounts = await pruneMounts(directory, options, containers, job)
  const freedBytes = options.dryRun
    ? await sumOfSizes(recordsAmong(names, directory), job)
    : await removeRecords(recordsAmong(names, directory), directory, containers, job)
  return { freedBytes: mounts.freedBytes + freedBytes, usedMounts: mounts.usedMounts }
}

/** All but what living processes hold. */
function recordsAmong(names: readonly string[], directory: string): readonly string[] {
  const others: ReadonlySet<string> = new Set([mountsFolder(directory), scratchFolder(directory)])
  return names.map((name) => join(directory, name)).filter((path) => !others.has(path))
}

/** They are taken away as a whole first, since builds that run put new ones there meanwhile. */
async function removeRecords(
  paths: readonly string[],
  directory: string,
  containers: ContainerHost,
  job: Job,
): Promise<number> {
  await using scratch = await openScratchFolder(scratchFolder(directory))
  let freedBytes = 0
  for (const path of paths) {
    const taken = join(scratch.path, basename(path))
    await rename(path, taken).catch(ignoreMissing)
    freedBytes += await sizeOnDisk(taken, job)
    await removeWith(containers, taken, job)
  }
  return freedBytes
}

/**
 * Removes the cache mounts that nobody uses, with what killed builds and prunes have left of them. Each is removed under the lock of its
 * users, and renamed first, so that no half of one is ever used.
 */
async function pruneMounts(
  directory: string,
  { dryRun }: { readonly dryRun: boolean },
  containers: ContainerHost,
  job: Job,
): Promise<PrunedBuildCache> {
  const mounts = mountsFolder(directory)
  let [freedBytes, usedMounts] = [0, 0]
  for (const id of new Set((await namesIn(mounts)).map(idOf))) {
    await using lock = await tryLockFile(join(mounts, `${id}${lockSuffix}`), 'exclusive')
    if (lock === undefined) {
      usedMounts += 1
      continue
    }
    const own = async (): Promise<readonly string[]> =>
      (await namesIn(mounts)).filter((name) => idOf(name) === id && join(mounts, name) !== lock.path)
    freedBytes += await sumOfSizes(
      (await own()).map((name) => join(mounts, name)),
      job,
    )
    if (dryRun) continue
    const removed = join(mounts, `${id}.removed-${cryptoModule().randomUUID()}`)
    await rename(join(mounts, id), removed).catch(ignoreMissing)
    for (const name of await own()) await removeWith(containers, join(mounts, name), job)
    await rm(lock.path, { force: true })
  }
  return { freedBytes, usedMounts }
}

/** What belongs to a cache mount is named by its ID, up to the first dot. */
function idOf(name: string): string {
  return name.split('.', 1)[0] ?? name
}

async function removeWith(containers: ContainerHost, path: string, job: Job): Promise<void> {
  try {
    await removeTree(path)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code !== 'EACCES' && code !== 'EPERM') throw error
    await containers.remove([path], job)
  }
}

async function sumOfSizes(paths: readonly string[], job: Job): Promise<number> {
  let bytes = 0
  for (const path of paths) bytes += await sizeOnDisk(path, job)
  return bytes
}

/** What cannot be looked into counts nothing. */
async function sizeOnDisk(path: string, job: Job): Promise<number> {
  job.signal.throwIfAborted()
  const stats = await lstat(path).catch(() => undefined)
  if (stats === undefined) return 0
  let bytes = stats.blocks * 512
  if (stats.isDirectory()) {
    for (const name of await namesIn(path)) bytes += await sizeOnDisk(join(path, name), job)
  }
  return bytes
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return []
    throw error
  }
}
