/**
 * Deleting what nothing refers to, beside sessions that are at work.
 *
 * Three things say that content is wanted: `index.json`, what is reachable from it, and the leases of living sessions.
 * Why none that is wanted is ever deleted:
 *
 * 1. A session that relies on content writes it into its lease and *then* sees that it is there, or gives it its name,
 *    both under `prune.lock` shared. Prune reads the leases and takes blobs out under the same lock, exclusively. So
 *    either the lease has the line before prune looks, or the session looks after prune has finished, finds nothing, and
 *    fetches it.
 * 2. A session gives its names while its lease lives. Prune reads leases first and `index.json` after: content that is in
 *    no lease any more got its name before, so prune sees that name.
 * 3. `tag` needs no lease: it looks that all is there and writes the name, both under `prune.lock` shared.
 * 4. A lease counts for all that its manifests point to, since `has` promises a manifest with everything below it.
 * 5. A lease that nobody holds locked belongs to a process that is gone. One that is made and not locked yet may be
 *    deleted here as dead; locking it then fails to find its name, and another is made before anything relies on it.
 *
 * Killed anywhere, prune leaves a sound store: entries of artifacts go from `index.json` before their blobs, and no blob
 * goes that an entry reaches. Blobs are renamed away under the lock, which is quick, and deleted after it.
 *
 * What prune cannot read it does not guess about: if a manifest is damaged, it deletes nothing and says so.
 */
import { rename, stat, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Descriptor } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import { isManifestMediaType } from '../../image/media-type.ts'
import { tryLockFile } from '../../std/file-lock.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { atPath } from '../errors.ts'
import { nameOf } from '../naming/entry-names.ts'
import { listBlobs, namesIn, type BlobFile } from './blob-list.ts'
import { unlessMissing, withLock } from './files.ts'
import { walkContent, type ContentGraph } from './graph.ts'
import { editEntries, readEntries } from './index-file.ts'
import { surveyLeases } from './lease.ts'
import { flatPath, type LayoutPaths } from './paths.ts'

export interface PruneOptions {
  /** Only say what would go. */
  readonly dryRun: boolean
  /** Content that stays although nothing in the store names it. */
  readonly keep?: readonly Descriptor[]
}

export interface PruneReport {
  /** Blobs that went, or would go. */
  readonly blobs: readonly { readonly digest: Digest; readonly sizeBytes: number }[]
  /** Artifacts (signatures, SBOMs, …) that went from the list because what they are about is gone. */
  readonly artifacts: readonly Digest[]
  /** Leftovers of transfers that nobody works on, and damaged blobs. */
  readonly leftoverFiles: number
  /** Of blobs and leftovers together. */
  readonly reclaimedBytes: number
  /** Manifests that could not be read. If there are any, nothing was deleted. */
  readonly unreadable: readonly { readonly digest: Digest; readonly message: string }[]
}

interface PrunePlan {
  readonly blobs: readonly BlobFile[]
  readonly artifacts: readonly Digest[]
  readonly deadLeases: readonly string[]
  readonly unreadable: PruneReport['unreadable']
}

export async function pruneLayout(paths: LayoutPaths, options: PruneOptions, job: Job): Promise<PruneReport> {
  const plan = await withLock(paths.pruneLock, 'exclusive', 'using the store', job, async () => {
    const made = await planPrune(paths, options.keep ?? [], job)
    if (!options.dryRun && made.unreadable.length === 0) await takeOut(paths, made, job)
    return made
  })
  const { artifacts, unreadable } = plan
  const leftovers = unreadable.length > 0 ? [] : await clearLeftovers(paths, plan, options)
  const blobs = plan.blobs.map(({ digest, sizeBytes }) => ({ digest, sizeBytes }))
  const reclaimedBytes = [...blobs.map((blob) => blob.sizeBytes), ...leftovers].reduce((sum, each) => sum + each, 0)
  return { blobs, artifacts, leftoverFiles: leftovers.length, reclaimedBytes, unreadable }
}

async function planPrune(paths: LayoutPaths, kept: readonly Descriptor[], job: Job): Promise<PrunePlan> {
  const leases = await surveyLeases(paths)
  const entries = await readEntries(paths)
  const { graph, artifacts } = await walkWanted(paths, entries, [...leases.descriptors, ...kept], job)
  const unreadable = await findUnreadable(paths, entries, graph)
  const blobs: BlobFile[] = []
  for await (const blob of listBlobs(paths)) {
    if (unreadable.length === 0 && !isWanted(graph, blob.digest)) blobs.push(blob)
  }
  return { blobs, artifacts: unreadable.length === 0 ? artifacts : [], deadLeases: leases.deadPaths, unreadable }
}

/** A blob of the wrong size is no content, but it is somebody's: it is left for the next pull to replace. */
function isWanted(graph: ContentGraph, digest: Digest): boolean {
  return graph.blobs.has(digest) || graph.missing.has(digest)
}

/** Entries without a name whose manifest has a subject are artifacts: wanted as long as their subject is. All others are roots. */
async function walkWanted(
  paths: LayoutPaths,
  entries: readonly Descriptor[],
  leased: readonly Descriptor[],
  job: Job,
): Promise<{ readonly graph: ContentGraph; readonly artifacts: readonly Digest[] }> {
  const unnamed = entries.filter((entry) => nameOf(entry) === undefined)
  const { documents } = await walkContent(paths, unnamed, job)
  const artifacts = unnamed.filter((entry) => documents.get(entry.digest)?.subject !== undefined)
  const roots = entries.filter((entry) => !artifacts.includes(entry))
  const graph = await walkContent(paths, [...roots, ...leased], job)
  const unwanted = new Set(artifacts)
  for (let before = Number.POSITIVE_INFINITY; unwanted.size < before;) {
    before = unwanted.size
    for (const artifact of unwanted) {
      const subject = documents.get(artifact.digest)?.subject
      const isKept = graph.blobs.has(artifact.digest) || (subject !== undefined && graph.blobs.has(subject.digest))
      if (!isKept) continue
      await walkContent(paths, [artifact], job, graph)
      unwanted.delete(artifact)
    }
  }
  return { graph, artifacts: [...unwanted].map((entry) => entry.digest) }
}

/**
 * Damaged manifests, and those that are not there although a name leads to them. An index may list images that were never
 * brought here; but one that was moved away because it was damaged was here.
 */
async function findUnreadable(
  paths: LayoutPaths,
  entries: readonly Descriptor[],
  graph: ContentGraph,
): Promise<PruneReport['unreadable']> {
  const damaged = new Set(await namesIn(paths.damaged))
  const listed = new Set(entries.map((entry) => entry.digest))
  const missing = [...graph.missing.values()].filter(
    ({ digest, mediaType }) =>
      listed.has(digest) || (isManifestMediaType(mediaType) && damaged.has(basename(flatPath('', digest)))),
  )
  return [
    ...missing.map(({ digest }) => ({ digest, message: `manifest ${digest} is missing` })),
    ...[...graph.unreadable.values()].map(({ descriptor, error }) => ({
      digest: descriptor.digest,
      message: error.message,
    })),
  ]
}

/** Entries go before their blobs, so that nothing is ever listed that is not there. */
async function takeOut(paths: LayoutPaths, plan: PrunePlan, job: Job): Promise<void> {
  if (plan.artifacts.length > 0) {
    const gone = new Set(plan.artifacts)
    await editEntries(paths, job, (entries) =>
      entries.filter((entry) => nameOf(entry) !== undefined || !gone.has(entry.digest)),
    )
  }
  await atPath(paths.trash, () => makeDirectory(paths.trash))
  for (const { digest, path } of plan.blobs) {
    await atPath(path, () => unlessMissing(() => rename(path, flatPath(paths.trash, digest))))
  }
  for (const path of plan.deadLeases) await removeFile(path)
}

/** Deletes what no session can want. @returns the size of each leftover; what the plan took out is not counted again. */
async function clearLeftovers(
  paths: LayoutPaths,
  plan: PrunePlan,
  { dryRun }: PruneOptions,
): Promise<readonly number[]> {
  const takenOut = new Set(plan.blobs.map(({ digest }) => flatPath(paths.trash, digest)))
  const sizes: number[] = []
  for (const folder of [paths.trash, paths.damaged]) {
    for (const path of (await namesIn(folder)).map((name) => join(folder, name))) {
      const found = await atPath(path, () => unlessMissing(() => stat(path)))
      if (found !== undefined && !takenOut.has(path)) sizes.push(found.size)
      if (!dryRun) await removeFile(path)
    }
  }
  for (const path of (await namesIn(paths.partial)).map((name) => join(paths.partial, name))) {
    await using lock = await atPath(path, () => tryLockFile(path, 'exclusive'))
    if (lock === undefined) continue
    const { size } = await atPath(path, () => lock.handle.stat())
    if (size > 0) sizes.push(size)
    if (!dryRun || size === 0) await removeFile(path)
  }
  return sizes
}

async function removeFile(path: string): Promise<void> {
  await atPath(path, () => unlessMissing(() => unlink(path)))
}
