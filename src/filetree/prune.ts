import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isDigest, type Digest } from '../image/digest.ts'
import { ignoreMissing } from '../std/errors.ts'
import { tryLockFile } from '../std/file-lock.ts'
import type { Job } from '../std/job.ts'
import { inCache } from './cache/cache-errors.ts'
import { cachedFiles, discard, isBeingMade, layerFolder, temporaryFolder } from './cache/folders.ts'

/** What stays in the layer cache. */
export interface PruneOptions {
  /** The diff IDs of layers that stay whatever their size. */
  readonly keep: ReadonlySet<Digest>
  /** How large the cache may stay. Unless told, every layer that is not in `keep` goes. */
  readonly bytesMax?: number | undefined
  /** Only tell what would be done. */
  readonly dryRun?: boolean | undefined
}

/** A layer in the cache folder. */
export interface CachedLayer {
  readonly diffId: Digest
  /** Of its plain tar, its index, and what others keep beside them. */
  readonly sizeBytes: number
  readonly lastUsedMs: number
}

/** What {@link pruneLayerCache} has done. */
export interface PruneResult {
  /** In the order of removal. */
  readonly removed: readonly CachedLayer[]
  /** How much that freed, with what killed processes had left behind. */
  readonly freedBytes: number
  /** The size of the layers that stay. */
  readonly keptBytes: number
}

/** A maker locks its folder at once. This is for one that is between the two. */
const unlockedAgeMs = 60_000

/**
 * Removes layers from the cache folder, the least recently used first, and what killed processes left behind.
 *
 * Safe beside everything else: who has a layer open keeps it, who makes one is left alone, and who wants one that is gone
 * makes it again.
 *
 * @throws FileTreeError `cache-unusable`
 */
export async function pruneLayerCache(directory: string, options: PruneOptions, job: Job): Promise<PruneResult> {
  const layers = await inCache(directory, () => listCachedLayers(directory))
  const { removed, keptBytes } = chooseRemoved(layers, options)
  let freedBytes = await inCache(directory, () => removeAbandoned(directory, options.dryRun ?? false, job))
  const gone = new Set(removed)
  for (const layer of layers.filter((each) => !gone.has(each))) {
    const folder = layerFolder(directory, layer.diffId)
    freedBytes += await inCache(directory, () => removeUnfinished(folder, options.dryRun ?? false))
  }
  for (const layer of removed) {
    job.signal.throwIfAborted()
    if (options.dryRun !== true) {
      await inCache(directory, () => discard(directory, layerFolder(directory, layer.diffId)))
    }
    freedBytes += layer.sizeBytes
  }
  return { removed, freedBytes, keptBytes }
}

/** The layers of a cache folder, the least recently used first. Empty when there is no such folder. */
export async function listCachedLayers(directory: string): Promise<readonly CachedLayer[]> {
  const layers: CachedLayer[] = []
  for (const algorithm of ['sha256', 'sha512']) {
    for (const name of await namesIn(join(directory, algorithm))) {
      const diffId = `${algorithm}:${name}`
      if (!isDigest(diffId)) continue
      const folder = layerFolder(directory, diffId)
      const stats = await stat(folder).catch(ignoreMissing)
      if (stats === undefined) continue
      layers.push({ diffId, sizeBytes: await cachedBytes(folder), lastUsedMs: stats.mtimeMs })
    }
  }
  return layers.sort((a, b) => a.lastUsedMs - b.lastUsedMs || (a.diffId < b.diffId ? -1 : 1))
}

function chooseRemoved(
  layers: readonly CachedLayer[],
  { keep, bytesMax = 0 }: PruneOptions,
): { readonly removed: readonly CachedLayer[]; readonly keptBytes: number } {
  let keptBytes = layers.reduce((sum, layer) => sum + layer.sizeBytes, 0)
  const removed: CachedLayer[] = []
  for (const layer of layers) {
    if (keptBytes <= bytesMax) break
    if (keep.has(layer.diffId)) continue
    keptBytes -= layer.sizeBytes
    removed.push(layer)
  }
  return { removed, keptBytes }
}

/** Removes what killed processes were about to put beside a layer. @returns how many bytes that freed. */
async function removeUnfinished(folder: string, dryRun: boolean): Promise<number> {
  let freedBytes = 0
  for (const name of (await namesIn(folder)).filter(isBeingMade)) {
    const path = join(folder, name)
    await using lock = await tryLockFile(path, 'exclusive').catch(ignoreMissing)
    if (lock === undefined) continue
    const { size } = await lock.handle.stat()
    freedBytes += size
    // Locking makes the file again where its maker has just given it its name.
    if (!dryRun || size === 0) await rm(path, { force: true })
  }
  return freedBytes
}

/** @returns how many bytes that freed. */
async function removeAbandoned(directory: string, dryRun: boolean, job: Job): Promise<number> {
  const parent = temporaryFolder(directory)
  let freedBytes = 0
  for (const name of await namesIn(parent)) {
    job.signal.throwIfAborted()
    const folder = join(parent, name)
    const sizeBytes = await cachedBytes(folder)
    const remove = async (): Promise<void> => {
      if (!dryRun) await discard(directory, folder)
    }
    if (await ifAbandoned(folder, job, remove)) freedBytes += sizeBytes
  }
  return freedBytes
}

/**
 * Does something to a folder of which nobody holds the lock on the tar, which its maker has until it ends, however it ends.
 * The lock is ours meanwhile: a maker that was just about to take it finds the folder gone, and makes another.
 *
 * @returns whether it was so.
 */
async function ifAbandoned(folder: string, job: Job, work: () => Promise<void>): Promise<boolean> {
  const tarPath = join(folder, cachedFiles.tar)
  if ((await stat(tarPath).catch(ignoreMissing)) === undefined) {
    const stats = await stat(folder).catch(ignoreMissing)
    if (stats === undefined || job.clock.now() - stats.mtimeMs <= unlockedAgeMs) return false
    await work()
    return true
  }
  // Its maker may have finished it, or given it up, since it was seen.
  await using lock = await tryLockFile(tarPath, 'exclusive').catch(ignoreMissing)
  if (lock === undefined) return false
  await work()
  return true
}

async function cachedBytes(folder: string): Promise<number> {
  let sizeBytes = 0
  for (const name of await namesIn(folder))
    sizeBytes += (await stat(join(folder, name)).catch(ignoreMissing))?.size ?? 0
  return sizeBytes
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(ignoreMissing)) ?? []
}
