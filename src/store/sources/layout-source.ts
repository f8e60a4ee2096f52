import type { ContentSource, ReferrerSource } from '../../image/content.ts'
import { digestAlgorithm, digestHex, type Digest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { readManifest } from '../../image/manifest.ts'
import { isManifestMediaType } from '../../image/media-type.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import type { Job } from '../../std/job.ts'
import { StoreError } from '../errors.ts'
import { checkLayoutFile, indexBytesMax, parseIndex } from '../layout/index-file.ts'
import { referrerOf } from '../naming/artifacts.ts'
import { describeManifest } from '../naming/describe-manifest.ts'
import { findNamed, noSuchName, storedImage, withoutName, type StoredImage } from '../naming/entry-names.ts'
import { readWhole, type FileSet } from './file-set.ts'

/** Images that are read from somewhere: with the names that they have there. */
export interface ImageSource extends ContentSource, ReferrerSource {
  readonly images: readonly StoredImage[]
}

/** Whether there is an image layout, whole or not. */
export async function isLayout(files: FileSet): Promise<boolean> {
  return (await files.sizeOf('oci-layout')) !== undefined && (await files.sizeOf('index.json')) !== undefined
}

/** An OCI image layout of any tool, in a folder or in an archive. It is only read. */
export async function openLayoutSource(files: FileSet, job: Job): Promise<ImageSource> {
  const layoutFile = await readWhole(files, 'oci-layout', job.limits.manifestBytesMax, job)
  const index = await readWhole(files, 'index.json', indexBytesMax, job)
  if (layoutFile === undefined || index === undefined) {
    throw new StoreError('not-a-layout', `${files.title} is no image layout`, {
      hint: 'An image layout holds the files oci-layout and index.json.',
    })
  }
  checkLayoutFile(layoutFile, `${files.title}: oci-layout`)
  const entries = parseIndex(index, `${files.title}: index.json`).manifests
  const source: ImageSource = {
    images: entries.map(storedImage),
    async resolve(reference, inner) {
      const { digest } = reference
      const found =
        digest === undefined ? findNamed(entries, reference) : entries.find((entry) => entry.digest === digest)
      if (found !== undefined) return withoutName(found)
      const bytes = digest === undefined ? undefined : await readSmall(files, digest, inner)
      const unlisted = digest === undefined || bytes === undefined ? undefined : describeManifest(digest, bytes)
      if (unlisted !== undefined) return unlisted
      throw noSuchName(reference, entries, files.title)
    },
    async open(descriptor, inner, offsetBytes = 0) {
      const name = blobName(descriptor.digest)
      if ((await files.sizeOf(name)) !== undefined) return files.open(name, inner, offsetBytes)
      throw new ImageError('not-found', `${descriptor.digest} is not in ${files.title}`)
    },
    referrers: (subject, inner) => findReferrers(source, entries, subject, inner),
  }
  return source
}

function blobName(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`
}

async function readSmall(files: FileSet, digest: Digest, job: Job): Promise<Uint8Array | undefined> {
  const { manifestBytesMax } = job.limits
  const sizeBytes = await files.sizeOf(blobName(digest))
  if (sizeBytes === undefined || sizeBytes > manifestBytesMax) return undefined
  return await readWhole(files, blobName(digest), manifestBytesMax, job)
}

async function findReferrers(
  source: ContentSource,
  entries: readonly Descriptor[],
  subject: Descriptor,
  job: Job,
): Promise<readonly Descriptor[]> {
  const found = new Map<Digest, Descriptor>()
  for (const entry of entries) {
    if (!isManifestMediaType(entry.mediaType) || found.has(entry.digest)) continue
    const { document } = await readManifest(source, entry, job)
    if (document.subject?.digest === subject.digest) found.set(entry.digest, referrerOf(entry, document))
  }
  return [...found.values()]
}
