import type { FileEntry } from '../../filetree/file-entry.ts'

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

interface Node {
  readonly path: string
  readonly bytes: { before: number; after: number }
  readonly files: { before: number; after: number }
  changes: number
  readonly folders: Map<string, Node>
}

type Side = 'before' | 'after'

/** Adds up files by folder. */
export class FolderSums {
  readonly #root = emptyNode('/')
  readonly #inodes = { before: new Set<number>(), after: new Set<number>() }

  add(side: Side, { path, kind, inode, storedBytes }: FileEntry): void {
    if (kind === 'directory') {
      this.#nodeAt(path)
      return
    }
    const isFirst = !this.#inodes[side].has(inode)
    this.#inodes[side].add(inode)
    for (const node of this.#way(path)) {
      node.files[side] += 1
      if (isFirst) node.bytes[side] += storedBytes
    }
  }

  count(...lists: readonly (readonly { readonly path: string; readonly from?: string }[])[]): void {
    for (const { path, from } of lists.flat()) {
      for (const each of from === undefined ? [path] : [path, from])
        for (const node of this.#way(each)) node.changes += 1
    }
  }

  root(): FolderSum {
    return toSum(this.#root)
  }

  /** The folders that a path lies in, the root first. */
  #way(path: string): readonly Node[] {
    const names = path.split('/').slice(1, -1)
    const nodes = [this.#root]
    let node = this.#root
    for (const name of names) nodes.push((node = childOf(node, name)))
    return nodes
  }

  #nodeAt(path: string): Node {
    const names = path.split('/').filter((name) => name !== '')
    return names.reduce(childOf, this.#root)
  }
}

function childOf(node: Node, name: string): Node {
  const known = node.folders.get(name)
  if (known !== undefined) return known
  const made = emptyNode(node.path === '/' ? `/${name}` : `${node.path}/${name}`)
  node.folders.set(name, made)
  return made
}

function emptyNode(path: string): Node {
  return { path, bytes: { before: 0, after: 0 }, files: { before: 0, after: 0 }, changes: 0, folders: new Map() }
}

function toSum({ path, bytes, files, changes, folders }: Node): FolderSum {
  return {
    ...{ path, beforeBytes: bytes.before, afterBytes: bytes.after },
    ...{ beforeFiles: files.before, afterFiles: files.after, changes },
    folders: Array.from(folders.values(), toSum).toSorted((one, other) => (one.path < other.path ? -1 : 1)),
  }
}
