import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'

/** A file that is in another place. */
export interface MovedFile {
  readonly from: string
  readonly path: string
  readonly sizeBytes: number
}

interface Pairing {
  readonly moved: readonly MovedFile[]
  readonly added: readonly FileEntry[]
  readonly removed: readonly FileEntry[]
}

/** Pairs removed files with added ones of the same content, each once: first those whose names are the same, then in order of paths. */
export function pairMoved(removed: readonly FileEntry[], added: readonly FileEntry[]): Pairing {
  const origins = new Map<FileEntry, FileEntry>()
  const gone = new Set<FileEntry>()
  const pair = (keyOf: (entry: FileEntry) => string | undefined): void => {
    const free = Map.groupBy(removed.filter((entry) => !gone.has(entry)).toReversed(), keyOf)
    for (const entry of added) {
      const key = origins.has(entry) ? undefined : keyOf(entry)
      const origin = key === undefined ? undefined : free.get(key)?.pop()
      if (origin === undefined) continue
      origins.set(entry, origin)
      gone.add(origin)
    }
  }
  pair((entry) => {
    const key = contentKey(entry)
    return key === undefined ? undefined : `${key} ${posix.basename(entry.path)}`
  })
  pair(contentKey)
  return {
    moved: Array.from(origins, ([to, from]) => ({ from: from.path, path: to.path, sizeBytes: to.sizeBytes })),
    added: added.filter((entry) => !origins.has(entry)),
    removed: removed.filter((entry) => !gone.has(entry)),
  }
}

/** Empty files are all alike, and say nothing. */
function contentKey({ kind, sizeBytes, digest }: FileEntry): string | undefined {
  return kind === 'file' && sizeBytes > 0 ? digest : undefined
}
