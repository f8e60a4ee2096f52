import type { FileEntry } from '../../filetree/file-entry.ts'
import { InodeSet } from '../../filetree/file-identity.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import { assert } from '../../std/assert.ts'

/** What lies in a folder, at any depth. Hard links count once in bytes, where the first is. */
export interface FolderSum {
  /** `/` for the root. */
  readonly path: string
  readonly beforeBytes: number
  readonly afterBytes: number
  readonly beforeFiles: number
  readonly afterFiles: number
  /** How many paths under it are different in any way; a moved one counts where it is and where it was. */
  readonly changes: number
  readonly folders: readonly FolderSum[]
}

/** A folder and what lies in it itself. */
interface Node {
  readonly path: string
  readonly bytes: { before: number; after: number }
  readonly files: { before: number; after: number }
  changes: number
  readonly folders: Node[]
}

type Side = 'before' | 'after'

/** Adds up files by folder. */
export class FolderSums {
  readonly #root: Node
  readonly #nodes: Map<string, Node>
  #last: Node
  readonly #inodes: Readonly<Record<Side, InodeSet>>

  /** @param under the folder that everything lies in */
  constructor(before: FileTree, after: FileTree, under = '/') {
    this.#root = emptyNode(under)
    this.#nodes = new Map([[under, this.#root]])
    this.#last = this.#root
    this.#inodes = { before: new InodeSet(before), after: new InodeSet(after) }
  }

  /** Adds an entry, behind those of the folders that it lies in. */
  add(side: Side, entry: FileEntry): void {
    if (entry.kind === 'directory') {
      this.#addFolder(entry.path)
      return
    }
    const folder = this.#folderOf(entry.path)
    folder.files[side] += 1
    if (this.#inodes[side].add(entry)) folder.bytes[side] += entry.storedBytes
  }

  /** Counts paths of entries that were added, as changes where they lie. */
  count(...lists: readonly (readonly { readonly path: string; readonly from?: string }[])[]): void {
    for (const { path, from } of lists.flat()) {
      for (const each of from === undefined ? [path] : [path, from]) this.#folderOf(each).changes += 1
    }
  }

  root(): FolderSum {
    return toSum(this.#root)
  }

  /** What a path lies in; the root, in itself. */
  #folderOf(path: string): Node {
    const endsAt = Math.max(1, path.lastIndexOf('/'))
    // Files come folder by folder: most lie in the one that was looked for last.
    if (endsAt === this.#last.path.length && path.startsWith(this.#last.path)) return this.#last
    const folder = this.#nodes.get(path.slice(0, endsAt))
    assert(folder !== undefined, `${path} was met before its folder`)
    this.#last = folder
    return folder
  }

  #addFolder(path: string): void {
    if (this.#nodes.has(path)) return
    const made = emptyNode(path)
    this.#folderOf(path).folders.push(made)
    this.#nodes.set(path, made)
  }
}

function emptyNode(path: string): Node {
  return { path, bytes: { before: 0, after: 0 }, files: { before: 0, after: 0 }, changes: 0, folders: [] }
}

function toSum({ path, bytes, files, changes, folders }: Node): FolderSum {
  const inside = folders.map(toSum).toSorted((one, other) => (one.path < other.path ? -1 : 1))
  const sum = {
    path,
    beforeBytes: bytes.before,
    afterBytes: bytes.after,
    beforeFiles: files.before,
    afterFiles: files.after,
    changes,
  }
  for (const each of inside) {
    sum.beforeBytes += each.beforeBytes
    sum.afterBytes += each.afterBytes
    sum.beforeFiles += each.beforeFiles
    sum.afterFiles += each.afterFiles
    sum.changes += each.changes
  }
  return { ...sum, folders: inside }
}
