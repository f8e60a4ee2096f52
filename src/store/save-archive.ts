import type { TarContent, TarEntry } from '../archive/tar-entry.ts'
import { writeTar } from '../archive/tar-writer.ts'
import type { ContentSource } from '../image/content.ts'
import type { Descriptor, Platform } from '../image/descriptor.ts'
import { ImageError } from '../image/errors.ts'
import { isNonDistributable, mediaTypes } from '../image/media-type.ts'
import { verified } from '../image/verify.ts'
import { byteStream, type ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import { layoutFileBytes } from './layout/index-file.ts'
import { namedEntry } from './naming/entry-names.ts'
import { blobName, dockerList, type SavedImage } from './saving/docker-list.ts'
import { collectContent, type SavedContent } from './saving/saved-content.ts'

export type { SavedImage } from './saving/docker-list.ts'

/** What kind of archive to write. */
export interface SaveOptions {
  /**
   * `oci-archive` is an image layout in a tar. `docker-archive` is the same with a `manifest.json`, as Docker 25 and newer
   * write it: every Docker, Podman and skopeo load it.
   */
  readonly format: 'docker-archive' | 'oci-archive'
  /** Which image of an index those get who know no indexes. */
  readonly platform: Platform
}

/**
 * One tar archive of images. The same images give the same bytes. Content is not unpacked or compressed again, so every
 * digest stays; each blob is in it once.
 *
 * @throws ImageError `not-found`, `digest-mismatch`, `no-platform`, …, also while it is read
 */
export async function* archiveImages(
  source: ContentSource,
  images: readonly SavedImage[],
  options: SaveOptions,
  job: Job,
): AsyncGenerator<Uint8Array> {
  const roots = images.map(({ descriptor }) => descriptor)
  const content = await collectContent(source, roots, job)
  yield* writeTar(members(source, images, content, options, job), job)
}

/** Small files first: whoever reads the archive as a stream knows early what is in it. */
async function* members(
  source: ContentSource,
  images: readonly SavedImage[],
  content: SavedContent,
  options: SaveOptions,
  job: Job,
): AsyncGenerator<TarContent> {
  yield inMemory('oci-layout', layoutFileBytes)
  yield inMemory('index.json', indexOf(images))
  if (options.format === 'docker-archive') {
    yield inMemory('manifest.json', dockerList(images, content, options.platform))
  }
  const all = [...content.blobs.values(), ...[...content.manifests.values()].map(({ descriptor }) => descriptor)]
  const named = all.map((descriptor) => ({ name: blobName(descriptor.digest), descriptor }))
  const folders = new Set(['blobs/', ...named.map(({ name }) => name.slice(0, name.lastIndexOf('/') + 1))])
  for (const folder of [...folders].toSorted(compareNames))
    yield { entry: entryOf(folder, 'directory', 0), body: byteStream() }
  for (const { name, descriptor } of named.toSorted((a, b) => compareNames(a.name, b.name))) {
    const raw = content.manifests.get(descriptor.digest)
    if (raw !== undefined) {
      yield inMemory(name, raw.bytes)
    } else {
      const body = await openBlob(source, descriptor, job)
      if (body !== undefined) yield { entry: entryOf(name, 'file', descriptor.size), body }
    }
  }
}

/** Non-distributable layers need not be there. */
async function openBlob(source: ContentSource, descriptor: Descriptor, job: Job): Promise<ByteStream | undefined> {
  try {
    return verified(await source.open(descriptor, job), descriptor)
  } catch (error) {
    const mayBeMissing = error instanceof ImageError && error.code === 'not-found'
    if (mayBeMissing && isNonDistributable(descriptor.mediaType)) return undefined
    throw error
  }
}

function indexOf(images: readonly SavedImage[]): Uint8Array {
  const manifests = images.flatMap(({ descriptor, names }) =>
    names.length === 0 ? [descriptor] : names.map((name) => namedEntry(name, descriptor)),
  )
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }))
}

function inMemory(name: string, bytes: Uint8Array): TarContent {
  return { entry: entryOf(name, 'file', bytes.length), body: byteStream(bytes) }
}

function entryOf(path: string, kind: 'file' | 'directory', sizeBytes: number): TarEntry {
  return {
    path,
    kind,
    mode: kind === 'file' ? 0o644 : 0o755,
    uid: 0,
    gid: 0,
    userName: '',
    groupName: '',
    sizeBytes,
    modified: { seconds: 0, nanoseconds: 0 },
    linkTarget: '',
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map(),
    sparse: undefined,
  }
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
