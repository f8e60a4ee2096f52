import { byteStream, type ByteStream } from '../std/bytes.ts'
import { forEachConcurrently } from '../std/concurrency.ts'
import { errorMessage } from '../std/errors.ts'
import type { Job } from '../std/job.ts'
import type { ContentSink, ContentSource, ReferrerSource } from './content.ts'
import type { Descriptor, Platform } from './descriptor.ts'
import { shortDigest, type Digest } from './digest.ts'
import { ImageError } from './errors.ts'
import { childrenOf, readManifest, type RawManifest } from './manifest.ts'
import { isManifestMediaType, isNonDistributable } from './media-type.ts'
import { narrowIndex } from './narrow-index.ts'
import { selectPlatform } from './platform.ts'
import type { Reference } from './reference.ts'

/** What to take along, and what to call it. */
export interface CopyOptions {
  /** Which of an index to take. One platform gives that image alone, several give an index of these, `all` the index as it is. */
  readonly platforms: 'all' | readonly [Platform, ...Platform[]]
  /** What the copy is called at the sink. None: it is there by its digest only. */
  readonly names: readonly Reference[]
  /** Where to look for signatures, SBOMs and other artifacts that point to what is copied. Left out, none are copied. */
  readonly referrers?: ReferrerSource | undefined
}

/**
 * On the descriptor of an image that was taken out of an index: that index' digest. The next pull sees by it, from one
 * HEAD request, that nothing has changed.
 */
export const indexDigestAnnotation = 'wherry.index.digest'

/** Indexes in indexes, and artifacts about artifacts: deeper than any tool makes them. */
const depthMax = 4

/**
 * Copies an image, an index or an artifact with everything that it points to. What the sink has already is neither
 * read nor sent. Blobs go several at once; a manifest is written after all that it points to, and the names last, so
 * that whoever looks in between, or after a crash, sees a whole image or none.
 *
 * @returns what the names now mean: the descriptor of the one image, if one platform was asked for.
 * @throws ImageError `no-platform`, `bad-document`, `not-found`, …, and whatever source and sink throw.
 */
export async function copyContent(
  source: ContentSource,
  sink: ContentSink,
  root: Descriptor,
  options: CopyOptions,
  job: Job,
): Promise<Descriptor> {
  const top = await choosePlatforms(source, root, options.platforms, job)
  await copyBelow(source, sink, top, job)
  for (const name of options.names) await sink.tag(name, top.descriptor, top.bytes, job)
  if (options.names.length === 0) await writeManifest(sink, top, job)
  if (options.referrers !== undefined) {
    const listed = top.document.kind === 'index' ? top.document.manifests : []
    const subjects = [top.descriptor, ...listed]
    await copyReferrers({ source, sink, referrers: options.referrers, seen: new Set() }, subjects, depthMax, job)
  }
  return top.descriptor
}

/**
 * What of an image or index {@link CopyOptions.platforms} means: the document as it is, one image of it, or a new index,
 * which the source does not hold.
 *
 * @throws ImageError `no-platform`, `bad-document`, …
 */
export async function choosePlatforms(
  source: ContentSource,
  descriptor: Descriptor,
  platforms: CopyOptions['platforms'],
  job: Job,
): Promise<RawManifest> {
  const root = await readManifest(source, descriptor, job)
  if (platforms === 'all' || root.document.kind === 'image') return root
  if (platforms.length > 1) return narrowIndex(root, platforms, job.limits)
  let raw = root
  for (let depth = 0; depth < depthMax && raw.document.kind === 'index'; depth += 1) {
    raw = await readManifest(source, selectPlatform(raw.document, platforms[0]), job)
  }
  const annotations = { ...raw.descriptor.annotations, [indexDigestAnnotation]: root.descriptor.digest }
  return { ...raw, descriptor: { ...raw.descriptor, annotations } }
}

/** What has to be moved before a manifest may be written. */
interface Missing {
  readonly blobs: Map<Digest, Descriptor>
  /** Each after those that it points to. */
  readonly manifests: RawManifest[]
}

/** Brings everything to the sink that a manifest points to, but not the manifest itself. */
async function copyBelow(source: ContentSource, sink: ContentSink, top: RawManifest, job: Job): Promise<void> {
  if (await sink.has(top.descriptor, job)) return
  const missing: Missing = { blobs: new Map(), manifests: [] }
  await collectMissing(source, sink, top, missing, depthMax, job)
  await forEachConcurrently(missing.blobs.values(), job.limits.transfersMax, job, (blob, inner) =>
    copyBlob(source, sink, blob, inner),
  )
  for (const manifest of missing.manifests) await writeManifest(sink, manifest, job)
}

async function collectMissing(
  source: ContentSource,
  sink: ContentSink,
  parent: RawManifest,
  missing: Missing,
  depth: number,
  job: Job,
): Promise<void> {
  if (depth === 0) {
    throw new ImageError('too-large', `${parent.descriptor.digest}: indexes are nested more than ${depthMax} deep`)
  }
  const isIndex = parent.document.kind === 'index'
  for (const child of childrenOf(parent.document)) {
    if (!isIndex || !isManifestMediaType(child.mediaType)) {
      missing.blobs.set(child.digest, child)
    } else if (!(await sink.has(child, job))) {
      const raw = await readListed(source, child, job)
      await collectMissing(source, sink, raw, missing, depth - 1, job)
      missing.manifests.push(raw)
    }
  }
}

/** A place may hold an index and only some of its images: the local store after a pull of one platform, for example. */
async function readListed(source: ContentSource, child: Descriptor, job: Job): Promise<RawManifest> {
  try {
    return await readManifest(source, child, job)
  } catch (error) {
    if (!(error instanceof ImageError) || error.code !== 'not-found') throw error
    throw new ImageError('not-found', `the index lists ${child.digest}, which is not there`, {
      cause: error,
      hint: 'Choose the platforms that are there with --platform.',
    })
  }
}

/** Brings one blob to a place, and tells how it goes. @throws what both places throw */
export async function copyBlob(source: ContentSource, sink: ContentSink, blob: Descriptor, job: Job): Promise<void> {
  const task = { id: blob.digest, title: shortDigest(blob.digest), totalBytes: blob.size }
  job.emit({ type: 'task-started', ...task })
  try {
    if (await sink.has(blob, job)) {
      job.emit({ type: 'task-done', id: task.id, outcome: 'already there' })
      return
    }
    await sink.write(blob, async (offset) => counted(await source.open(blob, job, offset), offset, task.id, job), job)
    job.emit({ type: 'task-done', id: task.id, outcome: 'done' })
  } catch (error) {
    if (isNonDistributable(blob.mediaType) && error instanceof ImageError && error.code === 'not-found') {
      job.emit({ type: 'task-done', id: task.id, outcome: 'left out: not distributable' })
      return
    }
    job.emit({ type: 'task-failed', id: task.id, message: errorMessage(error) })
    throw error
  }
}

async function* counted(stream: ByteStream, offsetBytes: number, id: string, job: Job): AsyncGenerator<Uint8Array> {
  let bytes = offsetBytes
  for await (const chunk of stream) {
    yield chunk
    bytes += chunk.length
    job.emit({ type: 'task-progress', id, bytes })
  }
}

async function writeManifest(sink: ContentSink, raw: RawManifest, job: Job): Promise<void> {
  await sink.write(raw.descriptor, async (offset) => byteStream(raw.bytes.subarray(offset)), job)
}

interface ReferrerCopy {
  readonly source: ContentSource
  readonly sink: ContentSink
  readonly referrers: ReferrerSource
  readonly seen: Set<Digest>
}

async function copyReferrers(
  copy: ReferrerCopy,
  subjects: readonly Descriptor[],
  depth: number,
  job: Job,
): Promise<void> {
  if (depth === 0) return
  for (const subject of subjects) {
    for (const artifact of await copy.referrers.referrers(subject, job)) {
      if (copy.seen.has(artifact.digest)) continue
      copy.seen.add(artifact.digest)
      const raw = await readManifest(copy.source, artifact, job)
      await copyBelow(copy.source, copy.sink, raw, job)
      await writeManifest(copy.sink, raw, job)
      await copyReferrers(copy, [artifact], depth - 1, job)
    }
  }
}
