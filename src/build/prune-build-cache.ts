import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContainerHost } from '../container/container.ts'
import type { Descriptor } from '../image/descriptor.ts'
import { systemErrorCode } from '../std/errors.ts'
import { tryLockFile } from '../std/file-lock.ts'
import type { Job } from '../std/job.ts'
import { removeTree } from '../std/remove-tree.ts'
import { lockSuffix, mountsFolder, stepsFolder } from './cache/folders.ts'
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
  let [freedBytes, usedMounts] = [0, 0]
  const remove = async (path: string): Promise<void> => {
    freedBytes += await sizeOnDisk(path, job)
    if (!options.dryRun) await removeWith(containers, path, job)
  }
  const mounts = mountsFolder(directory)
  for (const name of await namesIn(directory)) {
    const path = join(directory, name)
    if (path !== mounts) await remove(path)
  }
  for (const name of (await namesIn(mounts)).filter((each) => !each.endsWith(lockSuffix))) {
    await using lock = await tryLockFile(join(mounts, `${name}${lockSuffix}`), 'exclusive')
    if (lock === undefined) usedMounts += 1
    else await remove(join(mounts, name))
  }
  return { freedBytes, usedMounts }
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
