import type { FileHandle } from 'node:fs/promises'
import { atPath } from '../errors.ts'

/**
 * Pieces from a socket have 64 KiB at most: gathered, they cost a quarter of the system calls. More is slower, because the
 * bytes are then no longer in the processor's cache when they are written.
 */
const batchBytes = 256 * 1024
/** Small pieces are counted as well: each takes memory beside its bytes. */
const batchPieces = 256
/** So often the disk is told to begin: then hardly anything is left to wait for at the end. */
const syncEveryBytes = 64 * 1024 * 1024

/** Appends pieces to a file, in batches, with one batch on its way while the next is gathered. */
export interface BatchWriter {
  /** Takes the piece itself, not a copy. Waits when a batch is full and the one before it has not been written yet. */
  write(chunk: Uint8Array): Promise<void>
  /**
   * Resolves when all is in the file, though perhaps not yet on the disk. Batches are written in order, so a file that is
   * cut short has no holes.
   */
  flush(): Promise<void>
}

export interface BatchWriterOptions {
  /** Whether the disk begins while there is more to come: for files that are synced at the end. */
  readonly syncsEarly: boolean
}

/** Holds two batches in memory, however much is written. */
export function createBatchWriter(
  handle: FileHandle,
  path: string,
  offsetBytes: number,
  { syncsEarly }: BatchWriterOptions,
): BatchWriter {
  let gathered: Uint8Array[] = []
  let gatheredBytes = 0
  let position = offsetBytes
  let syncedBytes = offsetBytes
  let writing: Promise<void> = Promise.resolve()
  let syncing: Promise<void> = Promise.resolve()
  let isSyncing = false

  // After a failure it never begins again: the kernel reports each failure only once, so this one must not be lost.
  const syncInBackground = async (): Promise<void> => {
    isSyncing = true
    syncedBytes = position
    await atPath(path, () => handle.datasync())
    isSyncing = false
  }
  const send = async (): Promise<void> => {
    await writing
    if (syncsEarly && !isSyncing && position - syncedBytes >= syncEveryBytes) {
      syncing = syncInBackground()
      syncing.catch(() => undefined)
    }
    const [batch, at] = [gathered, position]
    position += gatheredBytes
    gathered = []
    gatheredBytes = 0
    writing = writeAll(handle, path, batch, at)
    // A failure is reported by the next call; until then nobody waits for it.
    writing.catch(() => undefined)
  }
  return {
    async write(chunk) {
      gathered.push(chunk)
      gatheredBytes += chunk.length
      if (gatheredBytes >= batchBytes || gathered.length >= batchPieces) await send()
    },
    async flush() {
      if (gatheredBytes > 0) await send()
      await writing
      await syncing
    },
  }
}

async function writeAll(
  handle: FileHandle,
  path: string,
  pieces: readonly Uint8Array[],
  position: number,
): Promise<void> {
  const { bytesWritten } = await atPath(path, () => handle.writev([...pieces], position))
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  if (bytesWritten === bytes) return
  // Cut short, as on a disk that is nearly full: the next write says why.
  const rest = Buffer.concat(pieces).subarray(bytesWritten)
  await writeAll(handle, path, [rest], position + bytesWritten)
}
