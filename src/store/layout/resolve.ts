import type { Descriptor } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import type { Reference } from '../../image/reference.ts'
import type { Job } from '../../std/job.ts'
import { findNamed, noSuchName, withoutName } from '../naming/entry-names.ts'
import { describeManifest } from '../naming/describe-manifest.ts'
import { readIfThere } from './files.ts'
import { readEntries } from './index-file.ts'
import { blobPath, type LayoutPaths } from './paths.ts'

/** The manifest or index that a reference names. With a digest, the digest decides. @throws ImageError `not-found` */
export async function resolveInLayout(paths: LayoutPaths, reference: Reference, job: Job): Promise<Descriptor> {
  const entries = await readEntries(paths)
  const { digest } = reference
  const found = digest === undefined ? findNamed(entries, reference) : entries.find((entry) => entry.digest === digest)
  if (found !== undefined) return withoutName(found)
  const unlisted = digest === undefined ? undefined : await describeStored(paths, digest, job)
  if (unlisted !== undefined) return unlisted
  throw noSuchName(reference, entries, paths.root)
}

/** A manifest that no entry lists, such as one image of an index. Undefined for what is no manifest. */
async function describeStored(paths: LayoutPaths, digest: Digest, job: Job): Promise<Descriptor | undefined> {
  const path = blobPath(paths, digest)
  const bytes = await readIfThere(path, (sizeBytes) => sizeBytes <= job.limits.manifestBytesMax)
  return bytes === undefined ? undefined : describeManifest(digest, bytes)
}
