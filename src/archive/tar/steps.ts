import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { TarEntry } from '../tar-entry.ts'
import { TarParser } from '../tar-parser.ts'

/** One call of a {@link TarParser} as a value. */
export type TarStep =
  | { readonly type: 'entry'; readonly entry: TarEntry; readonly dataOffsetBytes: number; readonly storedBytes: number }
  | { readonly type: 'data'; readonly chunk: Uint8Array }
  | { readonly type: 'end' }

/** How much is parsed before its steps are given out, so that their number stays bounded whatever the stream's chunks are. */
const parsedAtOnceBytes = 256 * 1024

/** The calls of a parser, pulled instead of pushed. */
export async function* tarSteps(stream: ByteStream, job: Job): AsyncGenerator<TarStep, undefined> {
  let steps: TarStep[] = []
  const parser = new TarParser(
    {
      entry: (entry, dataOffsetBytes, storedBytes) => {
        steps.push({ type: 'entry', entry, dataOffsetBytes, storedBytes })
      },
      data: (chunk) => {
        steps.push({ type: 'data', chunk })
      },
      entryEnd: () => {
        steps.push({ type: 'end' })
      },
    },
    job.limits,
  )
  for await (const chunk of stream) {
    for (let start = 0; start < chunk.length; start += parsedAtOnceBytes) {
      job.signal.throwIfAborted()
      parser.push(chunk.subarray(start, start + parsedAtOnceBytes))
      yield* steps
      steps = []
    }
  }
  parser.finish()
  return undefined
}
