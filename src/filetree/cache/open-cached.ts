import { open, utimes, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Digest } from '../../image/digest.ts'
import { ignoreMissing } from '../../std/errors.ts'
import { decodeLayerIndex, type IndexData } from '../index/decode.ts'
import { cachedFiles, discardUnsound, layerFolder } from './folders.ts'

/** A layer that was found in the cache folder, with its plain tar open for reading. */
export interface CachedIndex {
  readonly data: IndexData
  readonly tar: FileHandle
}

/** Opens a layer that is in the cache folder, and marks it as used. What is not sound is thrown away. */
export async function openCached(directory: string, diffId: Digest, nowMs: number): Promise<CachedIndex | undefined> {
  const folder = layerFolder(directory, diffId)
  for (;;) {
    await using indexFile = await open(join(folder, cachedFiles.index)).catch(ignoreMissing)
    if (indexFile === undefined) return undefined
    const data = await readIndexFile(indexFile, diffId)
    const tar = data === undefined ? undefined : await open(join(folder, cachedFiles.tar)).catch(ignoreMissing)
    if (data !== undefined && tar !== undefined && (await sizeOf(tar)) === data.tarBytes) {
      await markUsed(folder, nowMs)
      return { data, tar }
    }
    await tar?.close()
    await discardUnsound(directory, folder, indexFile, cachedFiles.index)
  }
}

async function readIndexFile(handle: FileHandle, diffId: Digest): Promise<IndexData | undefined> {
  const sizeBytes = await sizeOf(handle)
  if (sizeBytes === undefined || sizeBytes >= 2 ** 31) return undefined
  const buffer = new ArrayBuffer(sizeBytes)
  let done = 0
  while (done < sizeBytes) {
    const { bytesRead } = await handle.read(new Uint8Array(buffer, done), { position: done })
    if (bytesRead === 0) return undefined
    done += bytesRead
  }
  return decodeLayerIndex(buffer, diffId)
}

/** Undefined for what is no regular file. */
async function sizeOf(handle: FileHandle): Promise<number | undefined> {
  const stats = await handle.stat()
  return stats.isFile() ? stats.size : undefined
}

/** A folder's modification time tells when its layer was last used. Without the right to set it, it just looks older. */
async function markUsed(folder: string, nowMs: number): Promise<void> {
  await utimes(folder, nowMs / 1000, nowMs / 1000).catch(() => undefined)
}
