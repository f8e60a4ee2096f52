import type { Descriptor } from '../../image/descriptor.ts'
import type { ManifestDocument } from '../../image/manifest.ts'
import { isManifestMediaType } from '../../image/media-type.ts'
import type { Job } from '../../std/job.ts'
import { referrerOf } from '../naming/artifacts.ts'
import { hasBlob } from './blobs.ts'
import { readDocument } from './graph.ts'
import { editEntries, readEntries } from './index-file.ts'
import type { LayoutPaths } from './paths.ts'

/**
 * The artifacts of a store about `subject`, as distribution-spec's "Listing Referrers" describes them. A layout has no list
 * of its own for that: they are entries of `index.json`, most of them without a name.
 */
export async function findReferrers(paths: LayoutPaths, subject: Descriptor, job: Job): Promise<readonly Descriptor[]> {
  const found = new Map<string, Descriptor>()
  for (const entry of await readEntries(paths)) {
    if (!isManifestMediaType(entry.mediaType) || found.has(entry.digest) || !(await hasBlob(paths, entry))) continue
    const document = await readDocument(paths, entry, job)
    if (document.subject?.digest === subject.digest) found.set(entry.digest, referrerOf(entry, document))
  }
  return [...found.values()]
}

/** Lists an artifact in `index.json`, so that it is found and kept. */
export async function listArtifact(
  paths: LayoutPaths,
  descriptor: Descriptor,
  document: ManifestDocument,
  job: Job,
): Promise<void> {
  const { annotations: _, ...entry } = referrerOf(descriptor, document)
  await editEntries(paths, job, (entries) =>
    entries.some((each) => each.digest === entry.digest) ? entries : [...entries, entry],
  )
}
