import { assert } from '../std/assert.ts'
import type { ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import { tarSteps } from './tar/steps.ts'
import type { SparseRun, TarContent, TarEntry } from './tar-entry.ts'

/** An entry with its bytes. */
export interface TarMember {
  readonly entry: TarEntry
  /** Where the stored bytes begin in the archive. */
  readonly dataOffsetBytes: number
  readonly storedBytes: number
  /**
   * The stored bytes: of a sparse file its runs only, see {@link expandSparse}. To be read once, if at all, and before the
   * next member is asked for.
   */
  readonly body: ByteStream
}

/**
 * The members of a tar archive, one after the other. What is left unread of a body is skipped. It holds what one chunk of
 * the stream gives. `TarParser` is the same without the comfort, and faster.
 *
 * @throws ArchiveError as TarParser does.
 */
export async function* readTar(stream: ByteStream, job: Job): AsyncGenerator<TarMember> {
  const steps = tarSteps(stream, job)
  let current: TarEntry | undefined
  async function* bodyOf(entry: TarEntry): AsyncGenerator<Uint8Array> {
    assert(current === entry, 'the body of a tar member was asked for too late')
    for (let { value: step } = await steps.next(); step?.type === 'data'; { value: step } = await steps.next()) {
      yield step.chunk
      assert(current === entry, 'the body of a tar member was read on too late')
    }
  }
  try {
    for (let { value: step } = await steps.next(); step !== undefined; { value: step } = await steps.next()) {
      if (step.type !== 'entry') continue
      const { entry, dataOffsetBytes, storedBytes } = step
      current = entry
      yield { entry, dataOffsetBytes, storedBytes, body: bodyOf(entry) }
      current = undefined
    }
  } finally {
    await steps.return(undefined)
  }
}

/**
 * A member as it is unpacked: a sparse file with its full bytes, holes as zeros; any other as it is. Chunks have at most
 * 64 KiB of zeros, so that nothing grows with the holes.
 */
export function expandSparse({ entry, body }: TarMember): TarContent {
  if (entry.sparse === undefined) return { entry, body }
  return { entry: { ...entry, sparse: undefined }, body: fillHoles(entry.sparse, entry.sizeBytes, body) }
}

async function* fillHoles(runs: readonly SparseRun[], sizeBytes: number, body: ByteStream): AsyncGenerator<Uint8Array> {
  const zeros = new Uint8Array(64 * 1024)
  let offset = 0
  let index = 0
  for await (const chunk of body) {
    let position = 0
    while (position < chunk.length) {
      const run = runs[index]
      assert(run !== undefined, 'a sparse file stores more bytes than its runs have')
      if (offset < run.offsetBytes) yield* holes(run.offsetBytes - offset, zeros)
      offset = Math.max(offset, run.offsetBytes)
      const length = Math.min(chunk.length - position, run.offsetBytes + run.sizeBytes - offset)
      yield chunk.subarray(position, position + length)
      position += length
      offset += length
      if (offset === run.offsetBytes + run.sizeBytes) index += 1
    }
  }
  yield* holes(sizeBytes - offset, zeros)
}

function* holes(sizeBytes: number, zeros: Uint8Array): Generator<Uint8Array> {
  for (let left = sizeBytes; left > 0; left -= zeros.length) yield zeros.subarray(0, Math.min(left, zeros.length))
}
