import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { digestAlgorithm, DigestHasher, digestOf, shortDigest } from '../image/digest.ts'
import { ImageError } from '../image/errors.ts'
import type { Layer } from '../image/image.ts'
import { assert } from '../std/assert.ts'
import type { ByteStream } from '../std/bytes.ts'
import { errorMessage } from '../std/errors.ts'
import type { Job } from '../std/job.ts'
import { inCache } from './cache/cache-errors.ts'
import { readContent, ShortTarError, streamContent } from './cache/file-content.ts'
import { cachedFiles, discardUnsound, layerFolder } from './cache/folders.ts'
import { openCached } from './cache/open-cached.ts'
import { FileTreeError } from './errors.ts'
import type { FileAttributes } from './file-entry.ts'
import { decodeLayerIndex, type IndexData } from './index/decode.ts'
import { LayerIndex } from './layer-index.ts'
import { LayerIndexer, type MadeIndex } from './layer-indexer.ts'

/** A file of a layer, as its index or a merged view tells of it. */
export type LayerFile = FileAttributes & { readonly path: string; readonly kind: string }

/** One layer, ready to be looked into: its index in memory and its plain tar open. */
export interface IndexedLayer extends AsyncDisposable {
  readonly index: LayerIndex
  /** Where the plain tar lay when it was opened. It may be pruned since then; what is open here stays. */
  readonly tarPath: string
  /** The plain tar, open for reading until this is disposed of. For those who hand it to the kernel. */
  readonly tarDescriptor: number

  /**
   * The content of a file of this layer, checked against its digest.
   *
   * @throws ImageError `too-large` for more than `bytesMax`
   * @throws FileTreeError `damaged-cache`
   */
  read(file: LayerFile, bytesMax: number): Promise<Uint8Array>

  /**
   * The content of a file of this layer from an offset (0 unless told) to its end. Read from 0, it is checked against its
   * digest at the end.
   *
   * @throws FileTreeError `damaged-cache`
   */
  openFile(file: LayerFile, job: Job, offsetBytes?: number): ByteStream
}

/**
 * Opens the index of a layer, from the cache folder if it is there, or made in one pass over the layer's bytes. Any number
 * of processes may do so at once. What is found damaged or of an old version is thrown away and made again.
 *
 * @param directory is made when it is not there. Only its owner can read it.
 * @throws ImageError `digest-mismatch` when the layer's bytes have another diff ID, `too-large` over the job's limits
 * @throws FileTreeError `bad-layer`, `cache-unusable`
 */
export async function indexLayer(layer: Layer, directory: string, job: Job): Promise<IndexedLayer> {
  job.signal.throwIfAborted()
  const cached = await inCache(directory, () => openCached(directory, layer.diffId, job.clock.now()))
  if (cached !== undefined) return createIndexedLayer(cached.data, cached.tar, directory)
  const { indexFile, tar } = await makeIndex(layer, directory, job)
  const data = decodeLayerIndex(indexFile, layer.diffId)
  assert(data !== undefined, 'an index that was just made is not sound')
  return createIndexedLayer(data, tar.handle, directory)
}

const progressBytes = 16 * 1024 * 1024

/** Reads a layer once. When that fails nothing is left. */
async function makeIndex(layer: Layer, directory: string, job: Job): Promise<MadeIndex> {
  const id = `index ${layer.diffId}`
  job.emit({ type: 'task-started', id, title: `Indexing layer ${shortDigest(layer.diffId)}`, totalBytes: undefined })
  try {
    await using indexer = await LayerIndexer.begin(directory, `layer ${layer.diffId}`, job)
    const hasher = new DigestHasher(digestAlgorithm(layer.diffId))
    let reportedBytes = 0
    for await (const chunk of layer.openTar(job)) {
      job.signal.throwIfAborted()
      hasher.update(chunk)
      await indexer.add(chunk)
      if (hasher.sizeBytes - reportedBytes < progressBytes) continue
      reportedBytes = hasher.sizeBytes
      job.emit({ type: 'task-progress', id, bytes: reportedBytes })
    }
    checkDiffId(layer, hasher)
    const made = await indexer.finish(layer.diffId)
    job.emit({ type: 'task-done', id, outcome: 'indexed' })
    return made
  } catch (error) {
    job.emit({ type: 'task-failed', id, message: errorMessage(error) })
    throw error
  }
}

function checkDiffId(layer: Layer, hasher: DigestHasher): void {
  const actual = hasher.digest()
  if (actual === layer.diffId) return
  throw new ImageError('digest-mismatch', `the layer with the diff ID ${layer.diffId} has the diff ID ${actual}`, {
    hint: 'The image names another layer than it holds. Nothing of it was kept.',
  })
}

function createIndexedLayer(data: IndexData, tar: FileHandle, directory: string): IndexedLayer {
  const folder = layerFolder(directory, data.diffId)
  const damaged = async (file: LayerFile): Promise<FileTreeError> => {
    await discardUnsound(directory, folder, tar, cachedFiles.tar).catch(() => undefined)
    return new FileTreeError('damaged-cache', `${file.path} in the cached layer ${data.diffId} is damaged`, {
      hint: 'The cached copy was thrown away. Run this again to fetch the layer anew.',
    })
  }
  return {
    index: new LayerIndex(data),
    tarPath: join(folder, cachedFiles.tar),
    tarDescriptor: tar.fd,
    async read(file, bytesMax) {
      assert(file.kind === 'file', `${file.path} is no file`)
      if (file.sizeBytes > bytesMax) {
        throw new ImageError('too-large', `${file.path} has ${file.sizeBytes} bytes, more than ${bytesMax}`)
      }
      const content = await readContent(tar, file).catch(ignoreShortTar)
      if (content === undefined || digestOf(content) !== file.digest) throw await damaged(file)
      return content
    },
    openFile: (file, job, offsetBytes = 0) => checkedStream(tar, file, job, offsetBytes, damaged),
    [Symbol.asyncDispose]: () => tar.close(),
  }
}

async function* checkedStream(
  tar: FileHandle,
  file: LayerFile,
  job: Job,
  offsetBytes: number,
  damaged: (file: LayerFile) => Promise<FileTreeError>,
): AsyncGenerator<Uint8Array> {
  assert(file.kind === 'file', `${file.path} is no file`)
  const hasher = offsetBytes === 0 ? new DigestHasher() : undefined
  try {
    for await (const chunk of streamContent(tar, file, job, offsetBytes)) {
      hasher?.update(chunk)
      yield chunk
    }
  } catch (error) {
    throw error instanceof ShortTarError ? await damaged(file) : error
  }
  if (hasher !== undefined && hasher.digest() !== file.digest) throw await damaged(file)
}

function ignoreShortTar(error: unknown): undefined {
  if (!(error instanceof ShortTarError)) throw error
}
