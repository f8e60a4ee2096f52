import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { withFileLock } from '../../std/file-lock.ts'
import type { Job } from '../../std/job.ts'
import { removeTree } from '../../std/remove-tree.ts'

/**
 * Makes the folder of a cache where there is none. It has its name when it is complete. Of several who want it at once one makes it: a
 * rename would put the second in place of the first, which is in use, for as long as that is empty.
 *
 * Beside the folder are, meanwhile: DIRECTORY.making, which the maker holds locked, and DIRECTORY.new-NAME.
 *
 * @param fill gives the new folder its attributes, and what the cache begins with
 */
export async function makeCacheFolder(
  directory: string,
  fill: (folder: string) => Promise<void>,
  job: Job,
): Promise<void> {
  if (existsSync(directory)) return
  await withFileLock(`${directory}.making`, 'exclusive', { title: 'making a cache' }, job, async ({ path }) => {
    try {
      if (!existsSync(directory)) await make(directory, fill)
    } finally {
      await rm(path, { force: true })
    }
  })
}

async function make(directory: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const made = await mkdtemp(`${directory}.new-`)
  try {
    await fill(made)
    await rename(made, directory)
  } catch (error) {
    await removeTree(made)
    throw error
  }
}
