/** The one call of a FileHandle that is needed: writes as much as it can, and tells how much that was. */
export interface VectorWriter {
  writev(chunks: readonly Uint8Array[], position: number): Promise<{ readonly bytesWritten: number }>
}

const batchBytes = 1024 * 1024

/** Writes chunks to a file in batches of about 1 MiB, while the next batch is being gathered. */
export class BatchWriter {
  readonly #handle: VectorWriter
  #batch: Uint8Array[] = []
  #batchBytes = 0
  #position = 0
  #writing: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | undefined

  constructor(handle: VectorWriter) {
    this.#handle = handle
  }

  /** Takes a chunk, which must not change any more. Waits when a whole batch lies behind the one being written. */
  async add(chunk: Uint8Array): Promise<void> {
    this.#batch.push(chunk)
    this.#batchBytes += chunk.length
    if (this.#batchBytes >= batchBytes) await this.#startBatch()
  }

  /** Waits until everything is written. */
  async finish(): Promise<void> {
    await this.#startBatch()
    await this.settle()
    this.#rethrow()
  }

  /** Waits until nothing is being written any more, whether it went well or not. */
  async settle(): Promise<void> {
    await this.#writing
  }

  async #startBatch(): Promise<void> {
    await this.#writing
    this.#rethrow()
    if (this.#batch.length === 0) return
    this.#writing = this.#write(this.#batch, this.#position).catch((error: unknown) => {
      this.#failure = { error }
    })
    this.#position += this.#batchBytes
    this.#batch = []
    this.#batchBytes = 0
  }

  async #write(batch: Uint8Array[], start: number): Promise<void> {
    let position = start
    for (let rest = batch; rest.length > 0;) {
      const { bytesWritten } = await this.#handle.writev(rest, position)
      position += bytesWritten
      rest = withoutFirst(rest, bytesWritten)
    }
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}

function withoutFirst(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skipped = 0
  return chunks.flatMap((chunk) => {
    const from = Math.min(Math.max(bytes - skipped, 0), chunk.length)
    skipped += chunk.length
    return from === chunk.length ? [] : [chunk.subarray(from)]
  })
}
