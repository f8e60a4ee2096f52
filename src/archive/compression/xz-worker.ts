/** What runs in a worker thread: decompresses one xz stream after the other, a piece for each time that it is asked. */
import type { UnderlyingDefaultSource } from 'node:stream/web'
import { parentPort } from 'node:worker_threads'
import xzDecompress from 'xz-decompress'
import { errorMessage } from '../../std/errors.ts'
import { ArchiveError, type ArchiveErrorCode } from '../errors.ts'
import { XzBlockSums } from './xz-block-sums.ts'
import { XzStructureCheck } from './xz-structure.ts'

/** What the worker is told. */
export type XzRequest =
  | { readonly type: 'read' }
  /** Answers `wants-input`. Without bytes the input is at its end. */
  | { readonly type: 'input'; readonly bytes: Uint8Array | undefined }

/** What the worker tells. */
export type XzAnswer =
  | { readonly type: 'wants-input' }
  /** Answers `read`. After the last output, when all input was read and checked, the next `read` begins another stream. */
  | { readonly type: 'output'; readonly bytes: Uint8Array; readonly isLast: boolean }
  /** Answers `read`: the data is damaged. The next `read` begins another stream. */
  | { readonly type: 'failed'; readonly code: ArchiveErrorCode; readonly message: string; readonly hint: string }

/** Large enough that going between threads costs little, small enough that a few may be in flight. */
const outputBytes = 512 * 1024
/** The most that the decoder gives at once. */
const pieceBytesMax = 64 * 1024

let present: XzStream | undefined
let giveInput: ((bytes: Uint8Array | undefined) => void) | undefined

parentPort?.on('message', (request: XzRequest) => {
  if (request.type === 'input') giveInput?.(request.bytes)
  else void answerRead()
})

function tell(answer: XzAnswer, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(answer, [...transfer])
}

async function answerRead(): Promise<void> {
  const stream = (present ??= openStream())
  try {
    const { output, length, isLast } = await stream.read()
    if (isLast) present = undefined
    tell({ type: 'output', bytes: output.subarray(0, length), isLast }, [output.buffer])
  } catch (error) {
    present = undefined
    const { code, message, hint } = stream.failure ?? damaged(error)
    tell({ type: 'failed', code, message, hint: hint ?? '' })
  }
}

interface XzStream {
  /** What is wrong with the structure of the input. The decoder then fails too, for want of input. */
  readonly failure: ArchiveError | undefined
  read(): Promise<{ readonly output: Uint8Array<ArrayBuffer>; readonly length: number; readonly isLast: boolean }>
}

function openStream(): XzStream {
  const structure = new XzStructureCheck()
  const sums = new XzBlockSums()
  let failure: ArchiveError | undefined
  let isAtEnd = false
  const checked = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      if (error instanceof ArchiveError) failure = error
      throw error
    }
  }
  const nextInput = async (): Promise<Uint8Array | undefined> => {
    if (isAtEnd) return undefined
    const bytes = await askForInput()
    isAtEnd = bytes === undefined
    checked(() => (bytes === undefined ? structure.finish() : structure.take(bytes)))
    return bytes
  }
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      const bytes = await nextInput()
      if (bytes === undefined) controller.close()
      else controller.enqueue(bytes)
    },
  }
  // Input is asked for only when the decoder has none, so that nothing comes for a stream that has ended.
  const input = new ReadableStream(source, { highWaterMark: 0 })
  const reader = new xzDecompress.XzReadableStream(input).getReader()
  return {
    get failure() {
      return failure
    },
    async read() {
      const output = new Uint8Array(outputBytes)
      let length = 0
      while (length <= outputBytes - pieceBytesMax) {
        const next = await reader.read()
        if (next.done) {
          while ((await nextInput()) !== undefined);
          return { output, length, isLast: true }
        }
        checked(() => sums.update(next.value, structure.takeBlockEnds()))
        output.set(next.value, length)
        length += next.value.length
      }
      return { output, length, isLast: false }
    },
  }
}

function askForInput(): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    giveInput = resolve
    tell({ type: 'wants-input' })
  })
}

function damaged(error: unknown): ArchiveError {
  const message = `xz: the data is damaged or truncated (${errorMessage(error)})`
  return new ArchiveError('bad-archive', message, { hint: 'fetch or make it again' })
}
