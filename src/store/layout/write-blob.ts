import { rename, unlink, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { OpenContent } from '../../image/content.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { DigestHasher, shortDigest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { isManifestMediaType } from '../../image/media-type.ts'
import { ContentCheck } from '../../image/verify.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { atPath } from '../errors.ts'
import { createBatchWriter } from './batch-writer.ts'
import { hasBlob, isIntact, removeIfEmpty } from './blobs.ts'
import { readFrom, syncFolder, withLock } from './files.ts'
import type { Lease } from './lease.ts'
import { blobPath, flatPath, type LayoutPaths } from './paths.ts'

/**
 * Writes a blob so that it is there as a whole or not at all, whenever the process or the machine stops.
 *
 * The bytes go to a partial file, which is locked: of several writers of one blob one works, and the others find it done.
 * A partial file that an earlier writer left is taken up.
 *
 * @throws ImageError `digest-mismatch`, `size-mismatch`, after which nothing is kept; StoreError `disk-full`, …; what
 * `open` and its stream throw, after which the partial file is kept.
 */
export async function writeBlob(
  paths: LayoutPaths,
  lease: Lease,
  descriptor: Descriptor,
  open: OpenContent,
  job: Job,
): Promise<void> {
  const partialPath = flatPath(paths.partial, descriptor.digest)
  const title = `writing ${shortDigest(descriptor.digest)}`
  await withLock(partialPath, 'exclusive', title, job, async ({ handle }) => {
    if ((await isThere(paths, descriptor, job)) && (await keep(paths, lease, descriptor, job))) {
      await atPath(partialPath, () => unlink(partialPath))
      return
    }
    try {
      await receive(handle, partialPath, descriptor, open, job)
      await atPath(partialPath, () => handle.datasync())
      await publish(paths, lease, descriptor, partialPath, job)
    } catch (error) {
      if (isMismatch(error)) await atPath(partialPath, () => handle.truncate(0))
      await removeIfEmpty(partialPath, handle)
      throw error
    }
  })
}

/**
 * Writes a blob whose digest is known only when its last byte has come. Nothing is kept of one that breaks off.
 *
 * @throws StoreError `disk-full`, …; what the stream throws
 */
export async function ingestBlob(
  paths: LayoutPaths,
  lease: Lease,
  mediaType: string,
  bytes: ByteStream,
  job: Job,
): Promise<Descriptor> {
  const partialPath = join(paths.partial, `new-${cryptoModule().randomUUID()}`)
  return await withLock(partialPath, 'exclusive', 'writing a blob', job, async ({ handle }) => {
    const hasher = new DigestHasher()
    try {
      await pour(bytes, handle, partialPath, hasher, job)
      await atPath(partialPath, () => handle.datasync())
      const descriptor = { mediaType, digest: hasher.digest(), size: hasher.sizeBytes }
      await publish(paths, lease, descriptor, partialPath, job)
      return descriptor
    } catch (error) {
      await unlink(partialPath).catch(() => undefined)
      throw error
    }
  })
}

/** A manifest is also looked into: it costs little, and what a damaged one points to would be lost. */
async function isThere(paths: LayoutPaths, descriptor: Descriptor, job: Job): Promise<boolean> {
  if (!isManifestMediaType(descriptor.mediaType)) return await hasBlob(paths, descriptor)
  return await isIntact(paths, descriptor, job.limits.manifestBytesMax)
}

/** Gives the finished file its name, under the lease from the first moment on. */
async function publish(
  paths: LayoutPaths,
  lease: Lease,
  descriptor: Descriptor,
  partialPath: string,
  job: Job,
): Promise<void> {
  const path = blobPath(paths, descriptor.digest)
  await withLock(paths.pruneLock, 'shared', 'pruning', job, async () => {
    await lease.add(descriptor)
    await atPath(path, async () => {
      await makeDirectory(dirname(path))
      await rename(partialPath, path)
    })
  })
  await syncFolder(dirname(path))
}

/** Puts a blob that is there under the lease. @returns whether it is still there. */
export async function keep(paths: LayoutPaths, lease: Lease, descriptor: Descriptor, job: Job): Promise<boolean> {
  if (lease.has(descriptor.digest)) return await hasBlob(paths, descriptor)
  return await withLock(paths.pruneLock, 'shared', 'pruning', job, async () => {
    await lease.add(descriptor)
    return await hasBlob(paths, descriptor)
  })
}

function isMismatch(error: unknown): boolean {
  return error instanceof ImageError && (error.code === 'digest-mismatch' || error.code === 'size-mismatch')
}

/**
 * Fills the partial file and checks it. A part that was taken up may itself be wrong (a power cut leaves zeros), so then
 * one more try is made from the beginning.
 */
async function receive(
  handle: FileHandle,
  path: string,
  descriptor: Descriptor,
  open: OpenContent,
  job: Job,
): Promise<void> {
  const { size: heldBytes } = await atPath(path, () => handle.stat())
  try {
    await fill(handle, path, descriptor, open, job)
  } catch (error) {
    if (heldBytes === 0 || !isMismatch(error)) throw error
    await atPath(path, () => handle.truncate(0))
    await fill(handle, path, descriptor, open, job)
  }
}

async function fill(
  handle: FileHandle,
  path: string,
  descriptor: Descriptor,
  open: OpenContent,
  job: Job,
): Promise<void> {
  const check = new ContentCheck(descriptor)
  for await (const chunk of readFrom(handle, path, 0, job)) check.update(chunk)
  if (check.sizeBytes < descriptor.size) await pour(await open(check.sizeBytes), handle, path, check, job)
  check.finish()
}

/** Appends a stream to a file. What came before the stream broke is in the file. */
async function pour(
  stream: ByteStream,
  handle: FileHandle,
  path: string,
  check: Pick<ContentCheck, 'sizeBytes' | 'update'>,
  job: Job,
): Promise<void> {
  const writer = createBatchWriter(handle, path, check.sizeBytes, { syncsEarly: true })
  try {
    for await (const chunk of stream) {
      job.signal.throwIfAborted()
      check.update(chunk)
      await writer.write(chunk)
    }
  } catch (error) {
    await writer.flush().catch(() => undefined)
    throw error
  }
  await writer.flush()
}
