import type { FileEntry } from '../../filetree/file-entry.ts'
import { encodePathText } from '../../std/path-text.ts'

/** One path of two trees; of each its entry, undefined where it has none. */
export interface EntryPair {
  readonly before: FileEntry | undefined
  readonly after: FileEntry | undefined
}

/** Walks two trees side by side, each path once: parents first, siblings sorted by the bytes of their names, as each of them is. */
export function* pairEntries(before: Iterable<FileEntry>, after: Iterable<FileEntry>): Generator<EntryPair> {
  const [old, current] = [before[Symbol.iterator](), after[Symbol.iterator]()]
  let [one, other] = [next(old), next(current)]
  while (one !== undefined || other !== undefined) {
    const order = one === undefined ? 1 : other === undefined ? -1 : comparePaths(one.path, other.path)
    yield { before: order <= 0 ? one : undefined, after: order >= 0 ? other : undefined }
    if (order <= 0) one = next(old)
    if (order >= 0) other = next(current)
  }
}

function next(entries: Iterator<FileEntry>): FileEntry | undefined {
  const result = entries.next()
  return result.done === true ? undefined : result.value
}

/** The order of a walk: that of the bytes of the first name that is not the same. */
function comparePaths(one: string, other: string): number {
  if (one === other) return 0
  const [names, others] = [one.split('/'), other.split('/')]
  const index = names.findIndex((name, index) => name !== others[index])
  const [name, otherName] = [names[index], others[index]]
  if (name === undefined) return -1
  if (otherName === undefined) return 1
  return Buffer.compare(encodePathText(name), encodePathText(otherName))
}
