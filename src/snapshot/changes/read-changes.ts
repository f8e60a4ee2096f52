import type { TarContent } from '../../archive/tar-entry.ts'
import { byteStream, type ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { asReadError } from '../mount/failures.ts'
import type { ChangesOptions } from '../snapshot.ts'
import { readFileContent } from './read-file.ts'
import { UpperScan, type Upper } from './scan-upper.ts'

/** What differs from the layers below: see `WritableSnapshot`. Names first, so that what turns out to be no change is left out. */
export async function* readChanges(
  { upper, tree }: Upper,
  options: ChangesOptions,
  job: Job,
): AsyncGenerator<TarContent> {
  try {
    for (const { entry, contentPath } of await new UpperScan(tree, options, job).scan(upper)) {
      const body =
        contentPath === undefined ? byteStream() : guarded(readFileContent(contentPath, entry.sizeBytes, job))
      yield { entry, body }
    }
  } catch (error) {
    throw asReadError(error)
  }
}

async function* guarded(stream: ByteStream): AsyncGenerator<Uint8Array> {
  try {
    yield* stream
  } catch (error) {
    throw asReadError(error)
  }
}
