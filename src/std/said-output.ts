/** What a process said: the beginning and the end of it where it is long. */
export interface SaidOutput {
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  /** Whether something between is missing. */
  readonly isCut: boolean
}

const usualBytesMax = 256 * 1024

/** Keeps what a process says, up to a bound for each stream: as much of the beginning as of the end. */
export class OutputKeeper {
  readonly #streams: Readonly<Record<'stdout' | 'stderr', HeadAndTail>>

  constructor(bytesMax = usualBytesMax) {
    this.#streams = { stdout: new HeadAndTail(bytesMax / 2), stderr: new HeadAndTail(bytesMax / 2) }
  }

  add(chunk: Uint8Array, stream: 'stdout' | 'stderr'): void {
    this.#streams[stream].add(chunk)
  }

  /** So far. */
  said(): SaidOutput {
    const { stdout, stderr } = this.#streams
    return { stdout: stdout.bytes(), stderr: stderr.bytes(), isCut: stdout.isCut || stderr.isCut }
  }
}

class HeadAndTail {
  readonly #bytesMax: number
  readonly #head: Uint8Array[] = []
  #headBytes = 0
  #tail: Uint8Array[] = []
  #tailBytes = 0
  isCut = false

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  add(chunk: Uint8Array): void {
    const ofHead = chunk.subarray(0, this.#bytesMax - this.#headBytes)
    const ofTail = chunk.subarray(ofHead.length)
    if (ofHead.length > 0) this.#head.push(Buffer.from(ofHead))
    if (ofTail.length > 0) this.#tail.push(Buffer.from(ofTail))
    this.#headBytes += ofHead.length
    this.#tailBytes += ofTail.length
    // Not with each chunk: joining takes time.
    if (this.#tailBytes > 2 * this.#bytesMax) this.#cut()
  }

  bytes(): Uint8Array {
    if (this.#tailBytes > this.#bytesMax) this.#cut()
    return Buffer.concat([...this.#head, ...this.#tail])
  }

  #cut(): void {
    const tail = Buffer.from(Buffer.concat(this.#tail).subarray(-this.#bytesMax))
    this.#tail = [tail]
    this.#tailBytes = tail.length
    this.isCut = true
  }
}
