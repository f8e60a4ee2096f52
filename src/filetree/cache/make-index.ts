import { createHash } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TarParser } from '../../archive/tar-parser.ts'
import { digestAlgorithm, DigestHasher, shortDigest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import type { Layer } from '../../image/image.ts'
import type { FileLock } from '../../std/file-lock.ts'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { encodeLayerIndex } from '../index/encode.ts'
import { LayerTree } from '../index/layer-tree.ts'
import { TarPass } from '../index/tar-pass.ts'
import { BatchWriter } from './batch-writer.ts'
import { streamContent } from './file-content.ts'
import { inCache } from './cache-errors.ts'
import { cachedFiles, makeWorkFolder, publish } from './folders.ts'

const progressBytes = 16 * 1024 * 1024

/** A layer's plain tar and index, just made and in their place. The lock holds the tar open; disposing of it closes it. */
export interface MadeIndex {
  readonly indexFile: ArrayBuffer
  readonly tar: FileLock
}

/**
 * Reads a layer once, and leaves its plain tar and index in the cache folder. When that fails nothing is left.
 *
 * @throws ImageError `digest-mismatch`, `too-large`
 * @throws FileTreeError `bad-layer`, `cache-unusable`
 * @throws ArchiveError, and whatever the layer's source throws.
 */
export async function makeIndex(layer: Layer, directory: string, job: Job): Promise<MadeIndex> {
  const id = `index ${layer.diffId}`
  job.emit({ type: 'task-started', id, title: `Indexing layer ${shortDigest(layer.diffId)}`, totalBytes: undefined })
  const work = await inCache(directory, () => makeWorkFolder(directory))
  try {
    const indexFile = await passOver(layer, work.lock, { directory, taskId: id }, job)
    await inCache(directory, async () => {
      await writeFile(join(work.path, cachedFiles.index), new Uint8Array(indexFile))
      await publish(directory, work, layer.diffId)
    })
    job.emit({ type: 'task-done', id, outcome: 'indexed' })
    return { indexFile, tar: work.lock }
  } catch (error) {
    job.emit({ type: 'task-failed', id, message: errorMessage(error) })
    await work.lock[Symbol.asyncDispose]()
    await rm(work.path, { recursive: true, force: true })
    throw error
  }
}

/** The one pass: every byte is hashed, parsed and written. */
async function passOver(
  layer: Layer,
  tar: FileLock,
  { directory, taskId }: { readonly directory: string; readonly taskId: string },
  job: Job,
): Promise<ArrayBuffer> {
  const tree = new LayerTree(layer.diffId, job.limits)
  const pass = new TarPass(tree)
  const parser = new TarParser(pass, job.limits)
  const hasher = new DigestHasher(digestAlgorithm(layer.diffId))
  const writer = new BatchWriter(tar.handle)
  let reportedBytes = 0
  try {
    for await (const chunk of layer.openTar(job)) {
      job.signal.throwIfAborted()
      hasher.update(chunk)
      parser.push(chunk)
      await inCache(directory, () => writer.add(chunk))
      if (hasher.sizeBytes - reportedBytes < progressBytes) continue
      reportedBytes = hasher.sizeBytes
      job.emit({ type: 'task-progress', id: taskId, bytes: reportedBytes })
    }
    parser.finish()
    await inCache(directory, () => writer.finish())
  } finally {
    await writer.settle()
  }
  checkDiffId(layer, hasher)
  await hashSparseFiles(pass, tar, tree, job)
  return encodeLayerIndex(tree, layer.diffId, hasher.sizeBytes)
}

function checkDiffId(layer: Layer, hasher: DigestHasher): void {
  const actual = hasher.digest()
  if (actual === layer.diffId) return
  throw new ImageError('digest-mismatch', `the layer with the diff ID ${layer.diffId} has the diff ID ${actual}`, {
    hint: 'The image names another layer than it holds. Nothing of it was kept.',
  })
}

/** Holes can be far larger than the layer, so this can be cancelled between any two pieces. */
async function hashSparseFiles(pass: TarPass, tar: FileLock, tree: LayerTree, job: Job): Promise<void> {
  for (const file of pass.sparseFiles) {
    const hasher = createHash('sha256')
    for await (const chunk of streamContent(tar.handle, file, job)) hasher.update(chunk)
    tree.table.setDigest(file.row, hasher.digest())
  }
}
