import { constants, fstatSync, statSync } from 'node:fs'
import { open, rename, stat, unlink, type FileHandle } from 'node:fs/promises'
import type { Descriptor } from '../../image/descriptor.ts'
import { digestAlgorithm, DigestHasher, digestOf } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { ContentCheck } from '../../image/verify.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { atPath, StoreError } from '../errors.ts'
import { readFrom, readIfThere, unlessMissing, withLock } from './files.ts'
import { blobPath, flatPath, type LayoutPaths } from './paths.ts'

/** Whether a blob is there with the right size. Its bytes are not read. It is asked at once, which is quicker than Node's threads are. */
export async function hasBlob(paths: LayoutPaths, descriptor: Descriptor): Promise<boolean> {
  const path = blobPath(paths, descriptor.digest)
  const found = await atPath(path, () => unlessMissing(async () => statSync(path)))
  return found !== undefined && found.isFile() && found.size === descriptor.size
}

/** A small blob as a whole, checked. @throws ImageError `not-found`, `too-large`; StoreError `blob-damaged` */
export async function readBlob(paths: LayoutPaths, descriptor: Descriptor, bytesMax: number): Promise<Uint8Array> {
  const path = blobPath(paths, descriptor.digest)
  if (descriptor.size > bytesMax) {
    throw new ImageError('too-large', `${path} has ${descriptor.size} bytes, and at most ${bytesMax} are read`)
  }
  const bytes = await readIfThere(path, (sizeBytes) => sizeBytes === descriptor.size)
  if (bytes === undefined) throw noSuchBlob(paths, descriptor)
  const { digest } = descriptor
  if (digestOf(bytes, digestAlgorithm(digest)) !== digest) throw damaged(path, descriptor)
  return bytes
}

/** Whether a small blob is there with the right bytes. */
export async function isIntact(paths: LayoutPaths, descriptor: Descriptor, bytesMax: number): Promise<boolean> {
  try {
    await readBlob(paths, descriptor, bytesMax)
    return true
  } catch (error) {
    if (isDamage(error) || (error instanceof ImageError && error.code === 'not-found')) return false
    throw error
  }
}

/** Whether an error says that a blob has other bytes than its name promises. */
export function isDamage(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === 'blob-damaged'
}

function damaged(path: string, { digest }: Descriptor, cause?: unknown): StoreError {
  return new StoreError('blob-damaged', `blob ${digest} is damaged: the bytes in ${path} have another digest`, {
    cause,
    hint: 'Pull or load the image again: only what is missing or damaged is fetched.',
  })
}

/**
 * The bytes of a blob. Read from 0, they are checked on the way: a damaged blob is moved away, so that it is not there
 * any more and the next pull fetches it.
 *
 * @throws ImageError `not-found`; StoreError `blob-damaged`, when the stream comes to its end
 */
export async function openBlob(
  paths: LayoutPaths,
  descriptor: Descriptor,
  job: Job,
  offsetBytes: number,
): Promise<ByteStream> {
  const path = blobPath(paths, descriptor.digest)
  const found = await atPath(path, () => unlessMissing(async () => statSync(path)))
  if (found === undefined) throw noSuchBlob(paths, descriptor)
  return streamBlob(paths, descriptor, job, offsetBytes)
}

async function* streamBlob(
  paths: LayoutPaths,
  descriptor: Descriptor,
  job: Job,
  offsetBytes: number,
): AsyncGenerator<Uint8Array> {
  const path = blobPath(paths, descriptor.digest)
  const handle = await atPath(path, () => unlessMissing(() => open(path, constants.O_RDONLY)))
  if (handle === undefined) throw noSuchBlob(paths, descriptor)
  try {
    const { size } = fstatSync(handle.fd)
    if (size !== descriptor.size) await refuseDamaged(paths, descriptor, handle, job)
    const check = offsetBytes === 0 ? new ContentCheck(descriptor) : undefined
    for await (const chunk of readFrom(handle, path, offsetBytes, job, size)) {
      check?.update(chunk)
      yield chunk
    }
    try {
      check?.finish()
    } catch (error) {
      await refuseDamaged(paths, descriptor, handle, job, error)
    }
  } finally {
    await handle.close()
  }
}

/** A file of the wrong size or digest: either it is damaged, or it is sound and the descriptor is wrong about it. */
async function refuseDamaged(
  paths: LayoutPaths,
  descriptor: Descriptor,
  handle: FileHandle,
  job: Job,
  cause?: unknown,
): Promise<never> {
  const path = blobPath(paths, descriptor.digest)
  const hasher = new DigestHasher(digestAlgorithm(descriptor.digest))
  for await (const chunk of readFrom(handle, path, 0, job)) hasher.update(chunk)
  const { digest, size } = descriptor
  if (hasher.digest() === digest && hasher.sizeBytes !== size) {
    throw new ImageError(
      'size-mismatch',
      `content of ${digest} should have ${size} bytes, but has ${hasher.sizeBytes}`,
      { cause },
    )
  }
  await setAside(paths, descriptor, handle, job)
  throw damaged(path, descriptor, cause)
}

/** Under the lock of those who write this blob, so that a sound one that came in the meantime is not what is moved. */
async function setAside(paths: LayoutPaths, descriptor: Descriptor, handle: FileHandle, job: Job): Promise<void> {
  const path = blobPath(paths, descriptor.digest)
  const lockPath = flatPath(paths.partial, descriptor.digest)
  const title = `writing ${descriptor.digest}`
  await withLock(lockPath, 'exclusive', title, job, async (lock) => {
    const [damaged, named] = await Promise.all([handle.stat(), unlessMissing(() => stat(path))])
    if (named?.ino === damaged.ino) {
      await atPath(path, async () => {
        await makeDirectory(paths.damaged)
        await rename(path, flatPath(paths.damaged, descriptor.digest))
      })
    }
    await removeIfEmpty(lock.path, lock.handle)
  })
}

/** Takes away a partial file in which there is nothing to take up. */
export async function removeIfEmpty(path: string, handle: FileHandle): Promise<void> {
  await atPath(path, async () => {
    if ((await handle.stat()).size === 0) await unlessMissing(() => unlink(path))
  })
}

function noSuchBlob(paths: LayoutPaths, descriptor: Descriptor): ImageError {
  return new ImageError('not-found', `${descriptor.digest} is not in ${paths.root}`)
}
