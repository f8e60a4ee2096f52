import { availableParallelism } from 'node:os'
import { threadsModule } from '../../std/node-modules.ts'
import { ArchiveError } from '../errors.ts'
import type { XzAnswer, XzRequest } from './xz-worker.ts'

/** A thread that decompresses one stream at a time. */
export interface XzDecoder {
  /** The next piece. @throws ArchiveError for data that is damaged; what ended the thread, if it has ended. */
  read(): Promise<XzOutput>
  /** Called whenever the decoder wants input; it is given with `giveInput`. */
  onWantsInput: () => void
  /** Whether another stream may begin: the last one is at its end or has failed, and the thread lives. */
  readonly isFree: boolean
  /** Undefined is the end of input. */
  giveInput(bytes: Uint8Array | undefined): void
  /** Ends the thread. What is being read fails. */
  stop(): Promise<void>
}

/** A piece of a stream. */
export interface XzOutput {
  readonly bytes: Uint8Array
  readonly isLast: boolean
}

/**
 * Threads that have nothing to do, kept because one takes 40 ms to start. There is no bound on those at work: streams that are
 * read in turn would wait for each other.
 */
const idle: XzDecoder[] = []

/** A thread for one stream: one that waits, or a new one. */
export function takeXzDecoder(): XzDecoder {
  return idle.pop() ?? startDecoder()
}

/** Gives a thread back that is ready for another stream. */
export async function giveBackXzDecoder(decoder: XzDecoder): Promise<void> {
  decoder.onWantsInput = () => undefined
  if (idle.length < availableParallelism()) idle.push(decoder)
  else await decoder.stop()
}

function startDecoder(): XzDecoder {
  // Flags of the process, such as --input-type, are not for this file.
  const worker = new (threadsModule().Worker)(new URL('./xz-worker.ts', import.meta.url), { execArgv: [] })
  worker.unref()
  let pending: PromiseWithResolvers<XzOutput> | undefined
  let isBetweenStreams = true
  let end: Error | undefined
  const ended = (error: unknown): void => {
    end ??= error instanceof Error ? error : new Error(String(error))
    pending?.reject(end)
    pending = undefined
    const at = idle.indexOf(decoder)
    if (at !== -1) idle.splice(at, 1)
  }
  const tell = (request: XzRequest): void => worker.postMessage(request, [])
  const decoder: XzDecoder = {
    onWantsInput: () => undefined,
    get isFree() {
      return isBetweenStreams && end === undefined
    },
    read() {
      if (end !== undefined) return Promise.reject(end)
      pending = Promise.withResolvers()
      isBetweenStreams = false
      worker.ref()
      tell({ type: 'read' })
      return pending.promise
    },
    giveInput: (bytes) => tell({ type: 'input', bytes }),
    async stop() {
      await worker.terminate()
    },
  }
  worker.on('message', (answer: XzAnswer) => {
    if (answer.type === 'wants-input') {
      decoder.onWantsInput()
      return
    }
    const asked = pending
    pending = undefined
    isBetweenStreams = answer.type === 'failed' || answer.isLast
    worker.unref()
    if (answer.type === 'output') asked?.resolve({ bytes: answer.bytes, isLast: answer.isLast })
    else asked?.reject(new ArchiveError(answer.code, answer.message, { hint: answer.hint }))
  })
  worker.on('error', ended)
  worker.on('exit', () => ended(new Error('the decompression worker has ended')))
  return decoder
}
