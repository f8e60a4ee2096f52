import type { FileHandle } from 'node:fs/promises'
import { atPath } from '../errors.ts'

/** Pieces from a socket have 64 KiB at most: gathered, they cost a sixteenth of the system calls. */
const batchBytes = 1024 * 1024

/** Writes one piece after the other to a file, in batches, with one batch on its way while the next is gathered. */
export interface BatchWriter {
  /** Takes a copy. Waits when a batch is full and the one before it has not been written yet. */
  write(chunk: Uint8Array): Promise<void>
  /** Resolves when all is written. Batches are written in order, so a file that is cut short has no holes. */
  flush(): Promise<void>
}

/** Holds two batches in memory, however much is written. */
export function createBatchWriter(handle: FileHandle, path: string, offsetBytes: number): BatchWriter {
  let [filling, resting] = [Buffer.allocUnsafeSlow(batchBytes), Buffer.allocUnsafeSlow(batchBytes)]
  let filled = 0
  let position = offsetBytes
  let writing: Promise<void> = Promise.resolve()

  const send = async (): Promise<void> => {
    await writing
    const [batch, at] = [filling.subarray(0, filled), position]
    position += filled
    filled = 0
    ;[filling, resting] = [resting, filling]
    writing = writeFully(handle, path, batch, at)
    // A failure is reported by the next call; until then nobody waits for it.
    writing.catch(() => undefined)
  }
  return {
    async write(chunk) {
      for (let taken = 0; taken < chunk.length;) {
        const part = chunk.subarray(taken, taken + batchBytes - filled)
        filling.set(part, filled)
        filled += part.length
        taken += part.length
        if (filled === batchBytes) await send()
      }
    },
    async flush() {
      await send()
      await writing
    },
  }
}

async function writeFully(handle: FileHandle, path: string, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await atPath(path, () =>
      handle.write(bytes, written, bytes.length - written, position + written),
    )
    written += bytesWritten
  }
}
