import { resolve as absolutePath } from 'node:path'
import type { BlobIngester, ContentSink, ContentSource, OpenContent, ReferrerSource } from '../image/content.ts'
import type { Descriptor } from '../image/descriptor.ts'
import { isManifestMediaType } from '../image/media-type.ts'
import type { Reference } from '../image/reference.ts'
import { byteStream, type ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import { StoreError } from './errors.ts'
import { hasBlob, isIntact, openBlob } from './layout/blobs.ts'
import { withLock } from './layout/files.ts'
import { findById } from './layout/find-id.ts'
import { readDocument, walkContent } from './layout/graph.ts'
import { editEntries, readEntries } from './layout/index-file.ts'
import { createLease, type Lease } from './layout/lease.ts'
import { openLayout } from './layout/open-layout.ts'
import type { LayoutPaths } from './layout/paths.ts'
import { pruneLayout, type PruneOptions, type PruneReport } from './layout/prune.ts'
import { findReferrers, listArtifact } from './layout/referrers.ts'
import { resolveInLayout } from './layout/resolve.ts'
import { measureUsage, sizeOnDisk, type StoreUsage } from './layout/usage.ts'
import { ingestBlob, keep, writeBlob } from './layout/write-blob.ts'
import {
  isNamed,
  namedEntry,
  nameOf,
  noSuchName,
  storedImage,
  withoutName,
  type StoredImage,
} from './naming/entry-names.ts'

export type { StoreUsage } from './layout/usage.ts'
export type { PruneOptions, PruneReport } from './layout/prune.ts'
export { isImageId } from './layout/find-id.ts'
export type { StoredImage } from './naming/entry-names.ts'

/**
 * The local store: an OCI image layout (image-spec, image-layout.md) that other tools can read as it is.
 *
 * Any number of processes may use it at once, and be killed at any moment. What is ours and not the specification's lies
 * in its folder `.wherry`. Opening it starts a session: what the session wrote, and what `has` answered true for, stays
 * until it is disposed of, whatever prune does meanwhile. Reading takes no lock and writes nothing.
 *
 * Every call may throw StoreError for what the disk does.
 */
export class LayoutStore implements ContentSource, ContentSink, BlobIngester, ReferrerSource, AsyncDisposable {
  readonly checksContent = true
  readonly #paths: LayoutPaths
  readonly #lease: Lease

  /** Use {@link openStore}. */
  constructor(paths: LayoutPaths) {
    this.#paths = paths
    this.#lease = createLease(paths)
  }

  /** The layout's folder. */
  get path(): string {
    return this.#paths.root
  }

  /** A folder for layer indexes. It may not exist yet; the store never looks into it. */
  get layersPath(): string {
    return this.#paths.layers
  }

  /** A folder for temporary files, such as those of {@link openImageArchive}. It may not exist yet. */
  get spoolPath(): string {
    return this.#paths.spool
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lease[Symbol.asyncDispose]()
  }

  /** Every entry of the layout, in its order. */
  async references(): Promise<readonly StoredImage[]> {
    return (await readEntries(this.#paths)).map(storedImage)
  }

  async resolve(reference: Reference, job: Job): Promise<Descriptor> {
    return await resolveInLayout(this.#paths, reference, job)
  }

  /**
   * The manifest or index whose digest, or whose config's digest (docker's "image ID"), begins with these four or more
   * hexadecimal digits.
   *
   * @throws ImageError `not-found`, `bad-name`; StoreError `ambiguous-id`
   */
  async resolveId(id: string, job: Job): Promise<Descriptor> {
    return await findById(this.#paths, id, job)
  }

  async open(descriptor: Descriptor, job: Job, offsetBytes = 0): Promise<ByteStream> {
    return await openBlob(this.#paths, descriptor, job, offsetBytes)
  }

  /** For a manifest: whether it is there with everything that it points to. */
  async has(descriptor: Descriptor, job: Job): Promise<boolean> {
    if (!isManifestMediaType(descriptor.mediaType)) {
      return (await hasBlob(this.#paths, descriptor)) && (await keep(this.#paths, this.#lease, descriptor, job))
    }
    if (!(await hasBlob(this.#paths, descriptor))) return false
    return await withLock(this.#paths.pruneLock, 'shared', 'pruning', job, async () => {
      await this.#lease.add(descriptor)
      return await this.isWhole(descriptor, job)
    })
  }

  /**
   * Keeps what is there of an image until this is closed, whatever becomes of its name. In a store that cannot be written to it does
   * nothing, so that it can be read all the same.
   */
  async keep(descriptor: Descriptor, job: Job): Promise<void> {
    try {
      await this.has(descriptor, job)
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'not-writable') throw error
    }
  }

  /**
   * Whether a manifest is there now with everything that it points to. Takes no lock and promises nothing for later, so it
   * is quicker than {@link has}: enough for an image that a name keeps.
   */
  async isWhole(descriptor: Descriptor, job: Job): Promise<boolean> {
    const { documents, missing, unreadable } = await walkContent(this.#paths, [descriptor], job)
    if (missing.size > 0 || unreadable.size > 0) return false
    // An artifact that is not listed (its writer was killed) would be found by nobody: it is to be written again.
    if (documents.get(descriptor.digest)?.subject === undefined) return true
    return (await readEntries(this.#paths)).some((entry) => entry.digest === descriptor.digest)
  }

  /** A manifest with a `subject` is also listed in `index.json`, so that {@link referrers} finds it. */
  async write(descriptor: Descriptor, open: OpenContent, job: Job): Promise<void> {
    await writeBlob(this.#paths, this.#lease, descriptor, open, job)
    if (!isManifestMediaType(descriptor.mediaType)) return
    const document = await readDocument(this.#paths, descriptor, job)
    if (document.subject !== undefined) await listArtifact(this.#paths, descriptor, document, job)
  }

  async ingest(mediaType: string, bytes: ByteStream, job: Job): Promise<Descriptor> {
    return await ingestBlob(this.#paths, this.#lease, mediaType, bytes, job)
  }

  /** @throws StoreError `incomplete` when something that the manifest points to is not there. */
  async tag(reference: Reference, descriptor: Descriptor, manifest: Uint8Array, job: Job): Promise<void> {
    if (!(await isIntact(this.#paths, descriptor, job.limits.manifestBytesMax))) {
      await this.write(descriptor, async (offset) => byteStream(manifest.subarray(offset)), job)
    }
    const entry = namedEntry(reference, descriptor)
    await this.#enter(descriptor, job, (entries) => {
      const named = entries.filter((each) => isNamed(each, reference))
      if (named.length === 1 && JSON.stringify(named[0]) === JSON.stringify(entry)) return entries
      return [...entries.filter((each) => !named.includes(each)), entry]
    })
  }

  /**
   * Lists a manifest without the name of an image, so that prune keeps it until it is removed by its digest.
   *
   * @param plainName is put as it is and taken from whoever had it: what other tools know an image of a layout by, often a
   * tag alone.
   */
  async list(descriptor: Descriptor, job: Job, plainName?: string): Promise<void> {
    await this.#enter(descriptor, job, (entries) => {
      if (plainName !== undefined) {
        return [...entries.filter((each) => nameOf(each) !== plainName), namedEntry(plainName, descriptor)]
      }
      const isListed = entries.some(({ digest }) => digest === descriptor.digest)
      return isListed ? entries : [...entries, withoutName(descriptor)]
    })
  }

  /** Under prune's lock from before the look whether all is there until it is listed. */
  async #enter(
    descriptor: Descriptor,
    job: Job,
    edit: (entries: readonly Descriptor[]) => readonly Descriptor[],
  ): Promise<void> {
    await withLock(this.#paths.pruneLock, 'shared', 'pruning', job, async () => {
      const { missing, unreadable } = await walkContent(this.#paths, [descriptor], job)
      const [lacking] = [...missing.keys(), ...unreadable.keys()]
      if (lacking !== undefined) {
        throw new StoreError(
          'incomplete',
          `${descriptor.digest} cannot be listed: ${lacking}, which it needs, is not there`,
          {
            hint: 'Pull or load it again: only what is missing is fetched.',
          },
        )
      }
      await editEntries(this.#paths, job, edit)
    })
  }

  /**
   * Takes a name away or, for a reference with a digest, every entry of that manifest. The content stays until prune.
   *
   * @returns the entries that went.
   * @throws ImageError `not-found`
   */
  async remove(reference: Reference, job: Job): Promise<readonly StoredImage[]> {
    const removed: Descriptor[] = []
    await editEntries(this.#paths, job, (entries) => {
      const goes = (entry: Descriptor): boolean =>
        reference.digest === undefined ? isNamed(entry, reference) : entry.digest === reference.digest
      removed.push(...entries.filter(goes))
      if (removed.length === 0) throw noSuchName(reference, entries, this.path)
      return entries.filter((entry) => !goes(entry))
    })
    return removed.map(storedImage)
  }

  async referrers(subject: Descriptor, job: Job): Promise<readonly Descriptor[]> {
    return await findReferrers(this.#paths, subject, job)
  }

  /** Deletes what neither a name nor a living session reaches. Safe beside everything else; see `layout/prune.ts` for why. */
  async prune(options: PruneOptions, job: Job): Promise<PruneReport> {
    return await pruneLayout(this.#paths, options, job)
  }

  /** What an image takes on disk, in bytes, with everything that it points to. */
  async sizeOf(descriptor: Descriptor, job: Job): Promise<number> {
    return await sizeOnDisk(this.#paths, descriptor, job)
  }

  /** What every listed image takes, alone and with others, and the store as a whole. */
  async usage(job: Job): Promise<StoreUsage> {
    return await measureUsage(this.#paths, job)
  }
}

/**
 * Opens the layout in a folder, or makes one where there is nothing, and starts a session.
 *
 * @throws StoreError `not-a-layout`, `unsupported-version`, `bad-index`, `not-writable`
 */
export async function openStore(path: string, job: Job): Promise<LayoutStore> {
  return new LayoutStore(await openLayout(absolutePath(path), job))
}
