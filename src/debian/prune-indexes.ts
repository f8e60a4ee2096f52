import { readdir, rm, stat } from 'node:fs/promises'
import { ignoreMissing } from '../std/errors.ts'
import { tryLockFile } from '../std/file-lock.ts'
import type { Job } from '../std/job.ts'
import { listFiles, type ListFiles } from './index/cached-list.ts'
import { inCache } from './transfer/file-cache.ts'

/** What {@link prunePackageIndexes} has done. */
export interface PrunedIndexes {
  readonly removedCount: number
  /** With what killed processes had left behind. */
  readonly freedBytes: number
}

/**
 * Removes the package lists that nobody has opened since a moment, and what killed processes left behind. Safe beside
 * everything else: who has a list open keeps it, who takes one in is left alone, and who wants one that is gone takes it in
 * again.
 *
 * @param directory is the one that `openPackageIndex` was given; one that is not there has nothing to remove.
 * @param unusedSinceMs in milliseconds since 1970.
 * @throws DebianError `cache-unusable`
 */
export async function prunePackageIndexes(directory: string, unusedSinceMs: number, job: Job): Promise<PrunedIndexes> {
  return await inCache(directory, async () => {
    const names = await namesIn(directory)
    const removed = { removedCount: 0, freedBytes: 0 }
    for (const sha256 of new Set(names.map((name) => name.slice(0, name.indexOf('.'))))) {
      job.signal.throwIfAborted()
      if (!/^[0-9a-f]{64}$/.test(sha256)) continue
      const files = listFiles(directory, sha256)
      const lastUse = (await statIfThere(files.tables)) ?? (await statIfThere(files.text))
      if (lastUse !== undefined && lastUse.mtimeMs < unusedSinceMs) {
        removed.removedCount += 1
        // Nobody opens a text before its tables.
        removed.freedBytes += (await remove(files.tables)) + (await remove(files.text))
      }
      if (names.some((name) => name.startsWith(sha256) && name.endsWith('.partial'))) {
        removed.freedBytes += await removeAbandoned(files)
      }
    }
    return removed
  })
}

/** What is being written is locked. */
async function removeAbandoned({ partialText, partialTables }: ListFiles): Promise<number> {
  await using lock = await tryLockFile(partialText, 'exclusive')
  return lock === undefined ? 0 : (await remove(partialTables)) + (await remove(partialText))
}

/** @returns how many bytes that freed. */
async function remove(path: string): Promise<number> {
  const sizeBytes = (await statIfThere(path))?.size ?? 0
  await rm(path, { force: true })
  return sizeBytes
}

async function statIfThere(path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
  return await stat(path).catch(ignoreMissing)
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return (await readdir(directory).catch(ignoreMissing)) ?? []
}
