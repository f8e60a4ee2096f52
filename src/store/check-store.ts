import { open, readFile } from 'node:fs/promises'
import { resolve as absolutePath } from 'node:path'
import { digestAlgorithm, DigestHasher, type Digest } from '../image/digest.ts'
import type { Job } from '../std/job.ts'
import { atPath, StoreError } from './errors.ts'
import { listBlobs, type BlobFile } from './layout/blob-list.ts'
import { readFrom, unlessMissing } from './layout/files.ts'
import { walkContent } from './layout/graph.ts'
import { checkLayoutFile, readEntries } from './layout/index-file.ts'
import { layoutPaths, type LayoutPaths } from './layout/paths.ts'
import { nameOf } from './naming/entry-names.ts'

/** Something in a store that is not as it should be. */
export interface StoreProblem {
  /**
   * `layout`: `oci-layout` or `index.json` cannot be read. `missing`: an image reaches a blob that is not there, or has not
   * the right size. `unreadable`: a manifest is damaged or not understood. `damaged`: a blob has another digest than its name.
   */
  readonly kind: 'layout' | 'missing' | 'unreadable' | 'damaged'
  readonly digest: Digest | undefined
  readonly message: string
}

/** How thoroughly to look. */
export interface CheckOptions {
  /** Also read every blob and compute its digest. */
  readonly deep: boolean
}

/**
 * Looks whether a store is sound: every entry reaches blobs that are there. It takes no lock and changes nothing; run
 * beside a prune or a pull, it may see a state in between. Leftovers of killed processes are no problem: they are expected.
 */
export async function checkStore(path: string, options: CheckOptions, job: Job): Promise<readonly StoreProblem[]> {
  const paths = layoutPaths(absolutePath(path))
  const problems = [...(await checkLayout(paths)), ...(await checkEntries(paths, job))]
  if (!options.deep) return problems
  for await (const blob of listBlobs(paths)) {
    const actual = await digestOfFile(blob, job)
    if (actual === undefined || actual === blob.digest) continue
    problems.push({ kind: 'damaged', digest: blob.digest, message: `${blob.path} has the digest ${actual}` })
  }
  return problems
}

async function checkLayout(paths: LayoutPaths): Promise<readonly StoreProblem[]> {
  return await asProblems(async () => {
    checkLayoutFile(await atPath(paths.layoutFile, () => readFile(paths.layoutFile)), paths.layoutFile)
    return []
  })
}

async function checkEntries(paths: LayoutPaths, job: Job): Promise<readonly StoreProblem[]> {
  return await asProblems(async () => {
    const problems = new Map<string, StoreProblem>()
    for (const entry of await readEntries(paths)) {
      const { missing, unreadable } = await walkContent(paths, [entry], job)
      const needer = nameOf(entry) ?? entry.digest
      for (const digest of missing.keys()) {
        const message = `${digest} is missing or has a wrong size; ${needer} needs it`
        problems.set(`missing ${digest}`, { kind: 'missing', digest, message })
      }
      for (const [digest, { error }] of unreadable) {
        problems.set(`unreadable ${digest}`, { kind: 'unreadable', digest, message: error.message })
      }
    }
    return [...problems.values()]
  })
}

async function asProblems(check: () => Promise<readonly StoreProblem[]>): Promise<readonly StoreProblem[]> {
  try {
    return await check()
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return [{ kind: 'layout', digest: undefined, message: error.message }]
  }
}

/** Undefined for a file that was deleted in the meantime. */
async function digestOfFile({ path, digest }: BlobFile, job: Job): Promise<Digest | undefined> {
  const handle = await atPath(path, () => unlessMissing(() => open(path, 'r')))
  if (handle === undefined) return undefined
  try {
    const hasher = new DigestHasher(digestAlgorithm(digest))
    for await (const chunk of readFrom(handle, path, 0, job)) hasher.update(chunk)
    return hasher.digest()
  } finally {
    await handle.close()
  }
}
