import { open, stat } from 'node:fs/promises'
import { decompress, detectCompression, detectionBytes } from '../archive/compression.ts'
import { ArchiveError } from '../archive/errors.ts'
import { layerCompression, isImageManifestMediaType } from '../image/media-type.ts'
import { readManifest } from '../image/manifest.ts'
import type { ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import { atPath, StoreError } from './errors.ts'
import { readFrom } from './layout/files.ts'
import { openDockerSource } from './sources/docker-source.ts'
import type { FileSet } from './sources/file-set.ts'
import { folderFiles } from './sources/folder-files.ts'
import { isLayout, openLayoutSource, type ImageSource } from './sources/layout-source.ts'
import { createSpool, type Spool } from './sources/spool.ts'
import { openTarFiles } from './sources/tar-files.ts'

/**
 * How images lie in a file or folder. `docker-archive`: what `docker save` and `podman save` write. `oci-archive`: an image
 * layout in a tar. `oci-layout`: a folder.
 */
export type ImageArchiveFormat = 'docker-archive' | 'oci-archive' | 'oci-layout'

/** Images in a file or folder of any tool, to be read. */
export interface ImageArchive extends ImageSource, AsyncDisposable {
  readonly format: ImageArchiveFormat
}

/** Standard input, say. */
export interface ArchiveStream {
  readonly stream: ByteStream
  /** What people know it by. */
  readonly title: string
}

/**
 * Opens a docker-archive, an oci-archive or the folder of an image layout, whichever it is. Archives may be compressed by
 * gzip or zstd. Blobs are read where they lie; what is compressed, or comes as a stream, goes to a nameless temporary file
 * first, and so do the layers of a docker-archive when they are compressed.
 *
 * @param input a path, or a stream.
 * @param spoolFolder where temporary files take their space, which may be as much as the archive takes uncompressed, up to
 * `limits.layerBytesMax`.
 * @throws StoreError `bad-archive`, `not-a-layout`, …; ArchiveError; ImageError
 */
export async function openImageArchive(
  input: string | ArchiveStream,
  spoolFolder: string,
  job: Job,
): Promise<ImageArchive> {
  if (typeof input === 'string' && (await atPath(input, () => stat(input))).isDirectory()) {
    const source = await openLayoutSource(folderFiles(input), job)
    return { format: 'oci-layout', ...source, [Symbol.asyncDispose]: async () => undefined }
  }
  await using owned = new AsyncDisposableStack()
  const spool = owned.use(await createSpool(spoolFolder))
  const files = await openTar(input, spool, owned, job)
  const { format, source } = await recognise(files, spool, job)
  const moved = owned.move()
  return { format, ...source, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}

async function openTar(
  input: string | ArchiveStream,
  spool: Spool,
  owned: AsyncDisposableStack,
  job: Job,
): Promise<FileSet> {
  try {
    return typeof input === 'string' ? await openFile(input, spool, owned, job) : await openStream(input, spool, job)
  } catch (cause) {
    if (!(cause instanceof ArchiveError) || cause.code !== 'bad-archive') throw cause
    const title = typeof input === 'string' ? input : input.title
    throw new StoreError('bad-archive', `${title} is no tar archive, or a damaged one: ${cause.message}`, {
      cause,
      hint: 'An image archive is what docker save, podman save or wherry save write.',
    })
  }
}

async function openFile(path: string, spool: Spool, owned: AsyncDisposableStack, job: Job): Promise<FileSet> {
  const handle = await atPath(path, () => open(path, 'r'))
  owned.defer(() => handle.close())
  const isSeekable = (await atPath(path, () => handle.stat())).isFile()
  if (!isSeekable)
    return await openStream({ stream: handle.createReadStream({ autoClose: false }), title: path }, spool, job)
  const start = Buffer.alloc(detectionBytes)
  const { bytesRead } = await atPath(path, () => handle.read(start, 0, start.length, 0))
  if (detectCompression(start.subarray(0, bytesRead)) === 'none') return await openTarFiles(handle, path, job)
  return await openStream({ stream: readFrom(handle, path, 0, job), title: path }, spool, job)
}

/** The archive is the first thing in the spool, so that offsets in it are offsets in the file. */
async function openStream({ stream, title }: ArchiveStream, spool: Spool, job: Job): Promise<FileSet> {
  const { start, whole } = await peek(stream)
  await spool.append(decompress(whole, detectCompression(start), job), job.limits.layerBytesMax, job)
  return await openTarFiles(spool.handle, title, job)
}

/** The first bytes of a stream, and all of it. */
async function peek(stream: ByteStream): Promise<{ readonly start: Uint8Array; readonly whole: ByteStream }> {
  const pieces = stream[Symbol.asyncIterator]()
  let start = new Uint8Array()
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    start = Buffer.concat([start, next.value])
    if (start.length >= detectionBytes) break
  }
  const rest = { [Symbol.asyncIterator]: () => pieces }
  return { start, whole: joined(start, rest) }
}

async function* joined(start: Uint8Array, rest: ByteStream): AsyncGenerator<Uint8Array> {
  yield start
  yield* rest
}

interface Recognised {
  readonly format: ImageArchiveFormat
  readonly source: ImageSource
}

/**
 * Docker 25 and newer save an image layout and the older `manifest.json` in one archive. The layout counts, since it has
 * the manifests that the image really has; unless its layers are plain tars, which Docker keeps but nobody wants to push.
 */
async function recognise(files: FileSet, spool: Spool, job: Job): Promise<Recognised> {
  const hasList = (await files.sizeOf('manifest.json')) !== undefined
  if (await isLayout(files)) {
    const source = await openLayoutSource(files, job)
    if (!hasList) return { format: 'oci-archive', source }
    if (!(await hasPlainLayers(source, job))) return { format: 'docker-archive', source }
  }
  if (hasList) return { format: 'docker-archive', source: await openDockerSource(files, spool, job) }
  const isOld = (await files.sizeOf('repositories')) !== undefined
  throw new StoreError(
    'bad-archive',
    `${files.title} holds no image: there is neither an index.json nor a manifest.json`,
    {
      hint: isOld
        ? 'It was saved by Docker before 1.10: load it there and save it again.'
        : 'An image is saved by wherry save, docker save or podman save; a container that was exported is none.',
    },
  )
}

async function hasPlainLayers(source: ImageSource, job: Job): Promise<boolean> {
  for (const { descriptor } of source.images) {
    if (!isImageManifestMediaType(descriptor.mediaType)) continue
    const { document } = await readManifest(source, descriptor, job)
    if (document.kind === 'image' && document.layers.some(({ mediaType }) => layerCompression(mediaType) === 'none'))
      return true
  }
  return false
}
