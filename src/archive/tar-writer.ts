import type { ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import { ArchiveError } from './errors.ts'
import { quoteName } from './tar/fault.ts'
import { encodeHeader } from './tar/encode-header.ts'
import { blockBytes, paddingBytes } from './tar/header.ts'
import { ChunkJoiner } from './tar/chunk-joiner.ts'
import type { TarContent, TarEntry } from './tar-entry.ts'

/**
 * A tar archive of the given entries, in their order. The same entries give the same bytes: ustar, with PAX records only
 * where ustar cannot hold something (see `encodeHeader`), and two blocks of zeros at the end.
 *
 * Nothing is sorted, completed or made safe. Only files have a body; that of anything else is not read.
 *
 * @throws ArchiveError `bad-entry` for an entry that cannot be written, and for a body that has more or fewer bytes than
 * its entry says.
 */
export async function* writeTar(
  contents: AsyncIterable<TarContent> | Iterable<TarContent>,
  job: Job,
): AsyncGenerator<Uint8Array> {
  const joiner = new ChunkJoiner()
  for await (const { entry, body } of contents) {
    job.signal.throwIfAborted()
    yield* joiner.add(encodeHeader(entry))
    if (entry.kind !== 'file') continue
    for await (const chunk of checkedBody(entry, body)) yield* joiner.add(chunk)
    yield* joiner.add(zeros.subarray(0, paddingBytes(entry.sizeBytes)))
  }
  yield* joiner.add(zeros)
  yield* joiner.flush()
}

const zeros = new Uint8Array(2 * blockBytes)

async function* checkedBody(entry: TarEntry, body: ByteStream): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > entry.sizeBytes) break
    yield chunk
  }
  if (bytes === entry.sizeBytes) return
  const found = bytes > entry.sizeBytes ? 'more' : `only ${bytes}`
  const name = quoteName(entry.path)
  throw new ArchiveError('bad-entry', `the entry ${name} was to have ${entry.sizeBytes} bytes but has ${found}`, {
    hint: 'the file changed while it was read; try again',
  })
}
