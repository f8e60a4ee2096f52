import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TarParser } from '../archive/tar-parser.ts'
import type { Digest } from '../image/digest.ts'
import type { ByteStream } from '../std/bytes.ts'
import type { FileLock } from '../std/file-lock.ts'
import type { Job } from '../std/job.ts'
import { BatchWriter } from './cache/batch-writer.ts'
import { inCache } from './cache/cache-errors.ts'
import { streamContent } from './cache/file-content.ts'
import { cachedFiles, deleteFolder, makeWorkFolder, type WorkFolder } from './cache/folders.ts'
import { publish } from './cache/publish.ts'
import { encodeLayerIndex } from './index/encode.ts'
import { LayerTree } from './index/layer-tree.ts'
import { TarPass } from './index/tar-pass.ts'

/** A layer's plain tar and index, just made and in their place. The lock holds the tar open; disposing of it closes it. */
export interface MadeIndex {
  readonly indexFile: ArrayBuffer
  readonly tar: FileLock
}

/**
 * Makes the plain tar and the index of a layer while its tar comes by: it is parsed, its files are hashed, and it is written down. A layer
 * that is being made need not be read again for that. Where it is not finished, nothing is left.
 */
export class LayerIndexer implements AsyncDisposable {
  readonly #directory: string
  readonly #work: WorkFolder
  readonly #job: Job
  readonly #tree: LayerTree
  readonly #pass: TarPass
  readonly #parser: TarParser
  readonly #writer: BatchWriter
  #tarBytes = 0
  #isFinished = false

  private constructor(directory: string, work: WorkFolder, name: string, job: Job) {
    this.#directory = directory
    this.#work = work
    this.#job = job
    this.#tree = new LayerTree(name, job.limits)
    this.#pass = new TarPass(this.#tree)
    this.#parser = new TarParser(this.#pass, job.limits)
    this.#writer = new BatchWriter(work.lock.handle)
  }

  /**
   * @param directory the cache folder; made when it is not there
   * @param name of the layer, for messages
   * @throws FileTreeError `cache-unusable`
   */
  static async begin(directory: string, name: string, job: Job): Promise<LayerIndexer> {
    const work = await inCache(directory, () => makeWorkFolder(directory))
    return new LayerIndexer(directory, work, name, job)
  }

  /**
   * Takes the next bytes of the tar, which must not change any more.
   *
   * @throws ImageError `too-large`
   * @throws FileTreeError `bad-layer`, `cache-unusable`
   * @throws ArchiveError
   */
  async add(chunk: Uint8Array): Promise<void> {
    this.#tarBytes += chunk.length
    this.#parser.push(chunk)
    await inCache(this.#directory, () => this.#writer.add(chunk))
  }

  /** Passes a tar on. @throws as {@link add} */
  async *passOn(tar: ByteStream): AsyncGenerator<Uint8Array> {
    for await (const chunk of tar) {
      await this.add(chunk)
      yield chunk
    }
  }

  /** Puts both in their place, when all has come. @param diffId what the tar came to @throws as {@link add} */
  async finish(diffId: Digest): Promise<MadeIndex> {
    this.#parser.finish()
    await inCache(this.#directory, () => this.#writer.finish())
    await this.#hashSparseFiles()
    const indexFile = encodeLayerIndex(this.#tree, diffId, this.#tarBytes)
    await inCache(this.#directory, async () => {
      await writeFile(join(this.#work.path, cachedFiles.index), new Uint8Array(indexFile))
      await publish(this.#directory, this.#work, diffId, this.#job.clock.now())
    })
    this.#isFinished = true
    return { indexFile, tar: this.#work.lock }
  }

  /** Holes can be far larger than the layer, so this can be cancelled between any two pieces. */
  async #hashSparseFiles(): Promise<void> {
    for (const file of this.#pass.sparseFiles) {
      const hasher = createHash('sha256')
      for await (const chunk of streamContent(this.#work.lock.handle, file, this.#job)) hasher.update(chunk)
      this.#tree.table.setDigest(file.row, hasher.digest())
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isFinished) return
    await this.#writer.settle()
    await this.#work.lock[Symbol.asyncDispose]()
    await deleteFolder(this.#work.path)
  }
}
