import type { Job } from '../std/job.ts'
import { ArchiveError } from './errors.ts'
import type { KnownBodies } from './known-bodies.ts'
import { ChunkJoiner } from './tar/chunk-joiner.ts'
import { encodeHeader } from './tar/encode-header.ts'
import { quoteName } from './tar/fault.ts'
import { blockBytes, paddingBytes } from './tar/header.ts'
import type { TarContent, TarEntry } from './tar-entry.ts'

/** How an archive ends. */
export interface WriteTarOptions {
  /** Leaves out the blocks that end an archive, so that parts which are written one by one make one archive. */
  readonly isPart?: boolean | undefined
  /** Is told where bodies of known digests lie. */
  readonly bodies?: KnownBodies | undefined
}

/**
 * A tar archive of the given entries, in their order. The same entries give the same bytes: ustar, with PAX records only
 * where ustar cannot hold something, and two blocks of zeros at the end.
 *
 * Nothing is sorted, completed or made safe. Only files have a body; that of anything else is not read. Large chunks of
 * bodies are passed on as they are: they must not change afterwards.
 *
 * @throws ArchiveError `bad-entry` for an entry that cannot be written, and for a body that has more or fewer bytes than
 * its entry says.
 */
export async function* writeTar(
  contents: AsyncIterable<TarContent> | Iterable<TarContent>,
  job: Job,
  options: WriteTarOptions = {},
): AsyncGenerator<Uint8Array> {
  const joiner = new ChunkJoiner()
  let position = 0
  for await (const { entry, body, digest } of contents) {
    job.signal.throwIfAborted()
    const header = encodeHeader(entry)
    position += header.length
    for (const chunk of joiner.add(header)) yield chunk
    if (entry.kind !== 'file') continue
    if (digest !== undefined) options.bodies?.note(position, entry.sizeBytes, digest)
    let bytes = 0
    for await (const piece of body) {
      bytes += piece.length
      if (bytes > entry.sizeBytes) break
      for (const chunk of joiner.add(piece)) yield chunk
    }
    if (bytes !== entry.sizeBytes) throw wrongSize(entry, bytes)
    for (const chunk of joiner.addZeros(paddingBytes(bytes))) yield chunk
    position += bytes + paddingBytes(bytes)
  }
  if (options.isPart !== true) for (const chunk of joiner.addZeros(2 * blockBytes)) yield chunk
  for (const chunk of joiner.flush()) yield chunk
}

function wrongSize(entry: TarEntry, bytes: number): ArchiveError {
  const found = bytes > entry.sizeBytes ? 'more' : `only ${bytes}`
  const message = `the entry ${quoteName(entry.path)} was to have ${entry.sizeBytes} bytes but has ${found}`
  return new ArchiveError('bad-entry', message, { hint: 'the file changed while it was read; try again' })
}
