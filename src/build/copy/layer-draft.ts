import type { FileTime } from '../../archive/tar-entry.ts'
import type { FileEntry, FileKind } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Digest } from '../../image/digest.ts'
import { assert } from '../../std/assert.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { printable } from '../../std/printable.ts'
import { joinPath } from '../context/join-path.ts'
import { BuildError } from '../errors.ts'

/** What may be said about an entry of a layer that is being made. */
export interface DraftAttributes {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly modified: FileTime
  readonly xattrs: ReadonlyMap<string, Uint8Array>
}

/** An entry of a layer that is being made. The same entry at two paths is one file with two names. */
export interface DraftEntry extends DraftAttributes {
  readonly kind: FileKind
  readonly linkTarget: string
  readonly deviceMajor: number
  readonly deviceMinor: number
  readonly sizeBytes: number
  /** Of a file: its content. */
  open(job: Job): ByteStream
  /** The sha256 of a file's content, where it is known without reading it. */
  knownDigest?(): Digest | undefined
}

/** What has changed at a path. */
export interface DraftNode {
  /** Undefined for a directory that is below and stays as it is. */
  own: DraftEntry | undefined
  /** Undefined where there are none: most nodes are files, of which there may be a hundred thousand. */
  children: Map<string, DraftNode> | undefined
  /** Whether what is below in this place is not there any more. */
  hidesBelow: boolean
}

/** What is at a path: what was put there, or what is below. */
export type Placed = DraftEntry | FileEntry

/**
 * A layer that is being made over a tree: what was put there hides what is below, as the kernel would have it if it was one file
 * system. Paths are absolute and clean, and nothing is put through a link: {@link LayerDraft.resolve} says where a path leads.
 */
export class LayerDraft {
  readonly below: FileTree | undefined
  readonly root: DraftNode = { own: undefined, children: undefined, hidesBelow: false }

  constructor(below: FileTree | undefined) {
    this.below = below
  }

  /** The directory that something was put into last, since what comes next mostly goes there too. */
  #lastPath = '/'
  #lastNode = this.root

  /** What is at exactly this path. The root is always a directory. */
  get(path: string): Placed | undefined {
    const slash = path.lastIndexOf('/')
    if (path.length > 1 && this.#isLast(path, slash)) {
      const child = this.#lastNode.children?.get(path.slice(slash + 1))
      if (child?.own !== undefined) return child.own
      return child === undefined && this.#lastNode.hidesBelow ? undefined : this.below?.get(path)
    }
    return this.#getFromRoot(path)
  }

  #isLast(path: string, slash: number): boolean {
    return slash <= 0 ? this.#lastPath === '/' : slash === this.#lastPath.length && path.startsWith(this.#lastPath)
  }

  #getFromRoot(path: string): Placed | undefined {
    let node = this.root
    let isHidden = false
    for (const name of namesOf(path)) {
      isHidden ||= node.hidesBelow
      const child = node.children?.get(name)
      if (child === undefined) {
        if (node.own !== undefined && node.own.kind !== 'directory') return undefined
        return isHidden ? undefined : this.below?.get(path)
      }
      node = child
    }
    return node.own ?? (path === '/' ? (this.below?.get('/') ?? rootEntry) : this.below?.get(path))
  }

  /**
   * Where a path leads: links are followed inside of `scope`, also the last one, and `..` never leaves it. What is not there is taken as
   * it is written (continuity's `RootPath`).
   *
   * @param path inside of `scope`
   * @throws BuildError `bad-destination` for links in a circle
   */
  resolve(path: string, scope = '/'): string {
    const pending = namesOf(path).toReversed()
    const names: string[] = []
    let links = 0
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (name === '.') continue
      if (name === '..') {
        names.pop()
        continue
      }
      const entry = this.get(inScope(scope, [...names, name]))
      if (entry?.kind !== 'symbolic-link') {
        names.push(name)
        continue
      }
      links += 1
      if (links > linksMax) throw new BuildError('bad-destination', `${printable(path)}: its links lead in a circle`)
      if (entry.linkTarget.startsWith('/')) names.length = 0
      pending.push(...namesOf(entry.linkTarget).toReversed())
    }
    return inScope(scope, names)
  }

  /** Puts an entry in the place of what is there. A directory in the place of a directory keeps its content. */
  put(path: string, entry: DraftEntry): void {
    const before = this.get(path)
    const node = this.#nodeAt(path)
    const keepsContent = before?.kind === 'directory' && entry.kind === 'directory'
    node.own = entry
    if (keepsContent) return
    node.children = undefined
    node.hidesBelow = true
    if (this.#lastPath.startsWith(path)) this.#remember('/', this.root)
  }

  #remember(path: string, node: DraftNode): void {
    this.#lastPath = path
    this.#lastNode = node
  }

  /** The node of a path, made if need be. */
  #nodeAt(path: string): DraftNode {
    if (path === '/') return this.root
    const slash = path.lastIndexOf('/')
    if (!this.#isLast(path, slash)) {
      const parent = slash === 0 ? '/' : path.slice(0, slash)
      this.#remember(parent, this.#nodeAt(parent))
    }
    const parent = this.#lastNode
    assert(parent.own === undefined || parent.own.kind === 'directory', `${path} is put into what is no directory`)
    const name = path.slice(slash + 1)
    const there = parent.children?.get(name)
    if (there !== undefined) return there
    const made: DraftNode = { own: undefined, children: undefined, hidesBelow: parent.hidesBelow }
    parent.children ??= new Map()
    parent.children.set(name, made)
    return made
  }
}

const linksMax = 255

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '')
}

function inScope(scope: string, names: readonly string[]): string {
  return names.reduce((path, name) => joinPath(path, name), scope)
}

const rootEntry: DraftEntry = {
  kind: 'directory',
  ...{ mode: 0o755, uid: 0, gid: 0, modified: { seconds: 0, nanoseconds: 0 }, xattrs: new Map() },
  ...{ linkTarget: '', deviceMajor: 0, deviceMinor: 0, sizeBytes: 0 },
  open: noContent,
}

/** The content of what is no file. */
// oxlint-disable-next-line require-yield -- there is nothing to give
export async function* noContent(): ByteStream {}
