import { open, type FileHandle } from 'node:fs/promises'
import type { Job } from '../../std/job.ts'
import { cacheError } from '../cache/cache-files.ts'

/** The contents of a package's files, one after the other, in a file that lasts as long as the build. */
export interface Spool {
  readonly path: string
  /** Where the content of each entry begins, by its number in the package. */
  readonly offsets: readonly number[]
}

const writeBytes = 1024 * 1024

/** Writes a spool. It is to be closed by {@link SpoolWriter.close}. */
export class SpoolWriter {
  readonly #path: string
  readonly #handle: FileHandle
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  #sizeBytes = 0

  private constructor(path: string, handle: FileHandle) {
    this.#path = path
    this.#handle = handle
  }

  /** @throws BaseError `cache-unusable` */
  static async create(path: string): Promise<SpoolWriter> {
    try {
      return new SpoolWriter(path, await open(path, 'wx+', 0o600))
    } catch (error) {
      throw cacheError(path, error)
    }
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** @throws BaseError `cache-unusable` */
  async write(chunk: Uint8Array): Promise<void> {
    this.#pending.push(chunk)
    this.#pendingBytes += chunk.length
    this.#sizeBytes += chunk.length
    if (this.#pendingBytes >= writeBytes) await this.flush()
  }

  /** @throws BaseError `cache-unusable` */
  async flush(): Promise<void> {
    const chunks = this.#pending
    this.#pending = []
    this.#pendingBytes = 0
    try {
      if (chunks.length > 0) await this.#handle.writev(chunks)
    } catch (error) {
      throw cacheError(this.#path, error)
    }
  }

  /** Some bytes of what was written and flushed. */
  async read(offsetBytes: number, lengthBytes: number): Promise<Buffer> {
    const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(lengthBytes), 0, lengthBytes, offsetBytes)
    return buffer.subarray(0, bytesRead)
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}

const readBytes = 256 * 1024

/** The bytes of an open file from an offset on. */
export async function* readRange(
  handle: FileHandle,
  offsetBytes: number,
  lengthBytes: number,
  job: Job,
): AsyncGenerator<Uint8Array> {
  let at = offsetBytes
  const end = offsetBytes + lengthBytes
  while (at < end) {
    job.signal.throwIfAborted()
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(readBytes, end - at)), 0, undefined, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
