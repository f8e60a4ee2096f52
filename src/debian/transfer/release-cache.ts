import { readFile, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nullable, object, string, type InferOutput } from 'valibot'
import { systemErrorCode } from '../../std/errors.ts'
import { withFileLock } from '../../std/file-lock.ts'
import type { Job } from '../../std/job.ts'
import { JsonError, parseJson } from '../../std/json.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { inCache } from './file-cache.ts'

const storedSchema = object({
  /** Where it is from. */
  url: string(),
  /** InRelease, or Release if there is a signature beside it; in Base64. */
  release: string(),
  signature: nullable(string()),
  etag: nullable(string()),
  lastModified: nullable(string()),
})

/** A suite's signed index as a mirror gave it. */
export type StoredRelease = InferOutput<typeof storedSchema>

/** One that is kept, and when the mirror was last asked for it. */
export interface KeptRelease {
  readonly stored: StoredRelease
  readonly checkedMs: number
}

/** What is kept of a mirror's suite; undefined where nothing is, or what is there cannot be read. */
export async function readKeptRelease(folder: string, url: string): Promise<KeptRelease | undefined> {
  const path = pathOf(folder, url)
  return await inCache(folder, async () => {
    try {
      const { mtimeMs } = await stat(path)
      const stored = parseJson(await readFile(path), storedSchema, path)
      return stored.url === url ? { stored, checkedMs: mtimeMs } : undefined
    } catch (error) {
      if (error instanceof JsonError || systemErrorCode(error) === 'ENOENT') return undefined
      throw error
    }
  })
}

/**
 * Keeps what a mirror gave, unless another process has kept something newer meanwhile.
 *
 * @param isReplaceable says whether what is kept now may go.
 */
export async function keepRelease(
  folder: string,
  stored: StoredRelease,
  isReplaceable: (kept: StoredRelease) => Promise<boolean>,
  job: Job,
): Promise<void> {
  const path = pathOf(folder, stored.url)
  await inCache(folder, async () => {
    await makeDirectory(join(folder, 'releases'))
    await withFileLock(`${path}.lock`, 'exclusive', { title: 'fetching an index' }, job, async () => {
      const kept = await readKeptRelease(folder, stored.url)
      if (kept !== undefined && !(await isReplaceable(kept.stored))) return
      await writeFile(`${path}.new`, JSON.stringify(stored))
      await rename(`${path}.new`, path)
      await setTime(path, job)
    })
  })
}

/** Notes that the mirror still has what is kept. */
export async function noteChecked(folder: string, url: string, job: Job): Promise<void> {
  await inCache(folder, () => setTime(pathOf(folder, url), job))
}

/** The time is the job's, so that how fresh something is does not depend on two clocks. */
async function setTime(path: string, job: Job): Promise<void> {
  const seconds = job.clock.now() / 1000
  await utimes(path, seconds, seconds)
}

/** A name that people can read, and a part that is never the same for two URLs. */
function pathOf(folder: string, url: string): string {
  const { host, pathname } = new URL(url)
  const readable = `${host}${pathname}`.replaceAll(/[^\w.-]+/g, '_').slice(0, 100)
  return join(folder, 'releases', `${readable}-${cryptoModule().hash('sha256', url).slice(0, 12)}.json`)
}
