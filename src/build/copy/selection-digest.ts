import { DigestHasher, type Digest } from '../../image/digest.ts'
import type { Job } from '../../std/job.ts'
import { encodePathText } from '../../std/path-text.ts'
import type { SelectedNode, SelectedSource } from './copy-selection.ts'
import { baseName } from './wildcards.ts'

/** Text is hashed in pieces of about this many characters. */
const pieceLength = 64 * 1024

/** What all sources come to: see `CopySelection.digest`. Each entry has the same fields, so that no two lists of entries give one text. */
export async function selectionDigest(sources: readonly SelectedSource[], job: Job): Promise<Digest> {
  const text = new TextHasher()
  for (const { tree, top, name, copiesContent, unpacks } of sources) {
    // A directory whose content is copied may have any name.
    const topName = copiesContent && top.entry.kind === 'directory' ? '' : name
    text.add(`source ${Number(copiesContent)} ${Number(unpacks)} ${topName}\0\n`)
    /** The number of each file's first name. */
    const links = new Map<string, number>()
    for (const node of nodesOf(top)) {
      const { entry } = node
      describe(text, node, node === top ? '' : baseName(entry.path))
      if (entry.kind === 'directory') continue
      const { inode } = entry
      // Most files have one name, and then most trees call them by it.
      const first = inode === entry.path ? undefined : links.get(inode)
      if (inode !== entry.path) links.set(inode, first ?? links.size)
      if (first !== undefined) text.add(`link ${first}\n`)
      else if (entry.kind === 'file') text.add(`${tree.knownDigest(entry) ?? (await tree.digest(entry, job))}\n`)
    }
  }
  return text.digest()
}

/** A node and all below it: parents first. */
function* nodesOf(node: SelectedNode): Generator<SelectedNode> {
  yield node
  const waiting = [node.children[Symbol.iterator]()]
  for (let last = waiting.at(-1); last !== undefined; last = waiting.at(-1)) {
    const next = last.next()
    if (next.done === true) {
      waiting.pop()
      continue
    }
    yield next.value
    if (next.value.children.length > 0) waiting.push(next.value.children[Symbol.iterator]())
  }
}

/** Names may hold anything but a NUL. The count of children says where a directory ends. */
function describe(text: TextHasher, { entry, isIncluded, children }: SelectedNode, name: string): void {
  const { kind, mode, uid, gid, linkTarget, deviceMajor, deviceMinor, xattrs } = entry
  const device = kind.endsWith('device') ? `${deviceMajor}:${deviceMinor}` : ''
  const flags = `${isIncluded ? '' : 'parent '}${xattrs.size === 0 ? '' : xattrs.size}`
  text.add(`${name}\0${kind} ${mode} ${uid}:${gid} ${device} ${children.length} ${linkTarget}\0${flags}\n`)
  for (const [key, value] of xattrs) text.add(`${key}\0${Buffer.from(value).toString('hex')}\n`)
}

/** Text, hashed. */
class TextHasher {
  readonly #hasher = new DigestHasher()
  #piece = ''

  add(text: string): void {
    this.#piece += text
    if (this.#piece.length > pieceLength) this.#flush()
  }

  digest(): Digest {
    this.#flush()
    return this.#hasher.digest()
  }

  #flush(): void {
    this.#hasher.update(encodePathText(this.#piece))
    this.#piece = ''
  }
}
