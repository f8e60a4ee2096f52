import { randomUUID } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { IndexedLayer } from '../../filetree/index-layer.ts'
import { systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { tryFlock } from '../../std/syscalls.ts'
import { bootId } from '../layer/boot-id.ts'
import type { LowerContent } from '../layer/lower-content.ts'
import { encodeImage } from './encode-image.ts'
import { decodeSuperblock, deviceTagBytes, inodesOffset } from './format.ts'

/** Raised by every change of what is written. */
const imageVersion = 2
const volumeName = `wherry-${imageVersion}`

/** The image of a layer's metadata, open, and whose tars its files' data are in. */
export interface OpenImage extends AsyncDisposable {
  readonly descriptor: number
  readonly devices: readonly IndexedLayer[]
}

/**
 * Opens the metadata image of a layer, which is kept beside its index: `erofs-VERSION`, and `erofs-VERSION-CONTEXT` where it depends
 * on the layers below. One that is not there, of another boot or of something else is made. It is complete when it has its name,
 * for it is renamed, and locked until then: what a killed process leaves is pruned with the layers. Where the layer's folder is gone, pruned meanwhile, or somebody else's, the image is made in `scratch` and has no name.
 *
 * @param layers all that the image's files may come from.
 * @throws UnfitForErofsError, system errors.
 */
export async function openImage(
  content: LowerContent,
  layers: readonly IndexedLayer[],
  scratch: string,
  job: Job,
): Promise<OpenImage> {
  const folder = dirname(content.layer.tarPath)
  const name = content.context === '' ? `erofs-${imageVersion}` : `erofs-${imageVersion}-${content.context}`
  const path = join(folder, name)
  const found = await openIfSound(path, layers)
  if (found !== undefined) return found
  try {
    return await makeImage(content, path, job)
  } catch (error) {
    if (!cannotBeKept.has(systemErrorCode(error) ?? '')) throw error
    const path = join(scratch, randomUUID())
    const image = await makeImage(content, path, job)
    await rm(path)
    return image
  }
}

const cannotBeKept = new Set(['ENOENT', 'EACCES', 'EPERM', 'EROFS'])

async function makeImage(content: LowerContent, path: string, job: Job): Promise<OpenImage> {
  const image = encodeImage(content, { uuid: Buffer.from(bootId(), 'hex'), volumeName })
  const temporary = `${path}.${randomUUID()}`
  const handle = await open(temporary, 'wx+', 0o600)
  try {
    // Somebody who prunes and was quicker deletes it, and then it cannot be renamed.
    tryFlock(handle.fd, 'exclusive')
    for (const chunk of image.chunks()) {
      job.signal.throwIfAborted()
      await writeAll(handle, chunk)
    }
    await rename(temporary, path)
    return { descriptor: handle.fd, devices: image.devices, [Symbol.asyncDispose]: () => handle.close() }
  } catch (error) {
    await handle.close()
    await rm(temporary, { force: true })
    throw error
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length;) done += (await handle.write(chunk, done)).bytesWritten
}

async function openIfSound(path: string, layers: readonly IndexedLayer[]): Promise<OpenImage | undefined> {
  const handle = await open(path).catch(() => undefined)
  if (handle === undefined) return undefined
  const devices = await devicesOf(handle, layers).catch(() => undefined)
  if (devices === undefined) {
    await handle.close()
    return undefined
  }
  return { descriptor: handle.fd, devices, [Symbol.asyncDispose]: () => handle.close() }
}

async function devicesOf(
  handle: FileHandle,
  layers: readonly IndexedLayer[],
): Promise<readonly IndexedLayer[] | undefined> {
  const header = Buffer.alloc(inodesOffset(layers.length))
  const { bytesRead } = await handle.read(header, 0, header.length, 0)
  const superblock = decodeSuperblock(header.subarray(0, bytesRead))
  if (superblock === undefined || superblock.volumeName !== volumeName) return undefined
  if (Buffer.from(superblock.uuid).toString('hex') !== bootId()) return undefined
  const byTag = new Map(layers.map((layer) => [tagOf(layer), layer]))
  const devices = superblock.tags.map((tag) => byTag.get(tag))
  return devices.every((device) => device !== undefined) ? devices : undefined
}

function tagOf({ index: { diffId } }: IndexedLayer): string {
  return diffId.slice(diffId.indexOf(':') + 1).slice(0, deviceTagBytes)
}
