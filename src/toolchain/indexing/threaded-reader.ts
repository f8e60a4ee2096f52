import type { MessagePort, Worker } from 'node:worker_threads'
import { parse } from 'valibot'
import type { Job } from '../../std/job.ts'
import { threadsModule } from '../../std/node-modules.ts'
import type { LayerReader, LayerReading } from './layer-reader.ts'
import { answerSchema, type Beginning, type Request } from './messages.ts'

/** Reads layers in a thread of its own, which starts with the first of them. Disposing of it ends the thread. */
export class IndexingThread implements AsyncDisposable {
  #thread: Worker | undefined

  read(reading: LayerReading, job: Job): LayerReader {
    const { port1: port, port2 } = new (threadsModule().MessageChannel)()
    const beginning: Beginning = { ...reading, limits: job.limits, port: port2 }
    this.#thread ??= startThread()
    this.#thread.postMessage(beginning, [port2])
    return new ThreadedReader(port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread?.terminate()
  }
}

function startThread(): Worker {
  const thread = new (threadsModule().Worker)(new URL('./indexing-thread.ts', import.meta.url), { execArgv: [] })
  // When it dies its ports close, and that is what their other ends look at.
  thread.on('error', () => undefined)
  return thread
}

/** Few messages, and still a steady stream. */
const pieceBytes = 512 * 1024
/** What may be on its way to the thread. */
const flightBytesMax = 4 * pieceBytes

/** The near end of a layer that the thread reads. */
class ThreadedReader implements LayerReader {
  readonly #port: MessagePort
  #piece = new Uint8Array(pieceBytes)
  #pieceBytes = 0
  #flightBytes = 0
  #isGone = false
  #isEnded = false
  #answered: PromiseWithResolvers<void> | undefined
  #wake: () => void = () => undefined

  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', (message: unknown) => {
      const answer = parse(answerSchema, message)
      if (answer.type === 'taken') this.#flightBytes -= answer.bytes
      else this.#answered?.resolve()
      this.#wake()
    })
    port.on('close', () => {
      this.#isGone = true
      this.#answered?.resolve()
      this.#wake()
    })
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.length;) {
      const part = chunk.subarray(offset, offset + pieceBytes - this.#pieceBytes)
      this.#piece.set(part, this.#pieceBytes)
      this.#pieceBytes += part.length
      offset += part.length
      if (this.#pieceBytes === pieceBytes) this.#sendPiece()
    }
    while (this.#flightBytes >= flightBytesMax && !this.#isGone) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#sendPiece()
    this.#tell({ type: 'end' })
  }

  async finish(): Promise<void> {
    await this.#ask({ type: 'finish' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ask({ type: 'drop' })
    this.#port.close()
  }

  #sendPiece(): void {
    if (this.#pieceBytes === 0) return
    this.#flightBytes += this.#pieceBytes
    this.#tell({ type: 'bytes', bytes: this.#piece.subarray(0, this.#pieceBytes) }, this.#piece.buffer)
    this.#piece = new Uint8Array(pieceBytes)
    this.#pieceBytes = 0
  }

  async #ask(request: Request): Promise<void> {
    this.#answered = Promise.withResolvers()
    this.#tell(request)
    if (!this.#isGone) await this.#answered.promise
  }

  #tell(request: Request, given?: ArrayBuffer): void {
    this.#port.postMessage(request, given === undefined ? [] : [given])
  }
}
