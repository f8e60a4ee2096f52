import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Digest } from '../../image/digest.ts'
import { assert } from '../../std/assert.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { SourceEntry, SourceTree } from '../source-tree.ts'

/** The files of a stage or an image, with their owners. Disposing of it leaves the file tree open: that is whoever opened it. */
export function imageTree(files: FileTree, title: string): SourceTree {
  return new ImageTree(files, title)
}

class ImageTree implements SourceTree {
  readonly title: string
  readonly #files: FileTree

  constructor(files: FileTree, title: string) {
    this.#files = files
    this.title = title
  }

  async lookup(path: string, options: { readonly followLast: boolean }, job: Job): Promise<SourceEntry | undefined> {
    job.signal.throwIfAborted()
    const entry = this.#files.resolve(path, options)
    return entry === undefined ? undefined : toSourceEntry(entry)
  }

  async children(directory: SourceEntry, job: Job): Promise<readonly SourceEntry[]> {
    job.signal.throwIfAborted()
    return Array.from(this.#files.children(directory.path), toSourceEntry)
  }

  open(file: SourceEntry, job: Job): ByteStream {
    return this.#files.openFile(this.#own(file), job)
  }

  knownDigest(file: SourceEntry): Digest | undefined {
    return this.#own(file).digest
  }

  async digest(file: SourceEntry): Promise<Digest> {
    const digest = this.knownDigest(file)
    assert(digest !== undefined, `${file.path} is no file`)
    return digest
  }

  ignoringPattern(): undefined {
    return undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve()
  }

  #own({ path }: SourceEntry): FileEntry {
    const entry = this.#files.get(path)
    assert(entry?.kind === 'file', `${path} is no file of ${this.title}`)
    return entry
  }
}

/** An entry of a file tree reads its fields when they are asked for, so they are named here. */
function toSourceEntry(entry: FileEntry): SourceEntry {
  const { path, kind, mode, uid, gid, sizeBytes, modified, linkTarget, deviceMajor, deviceMinor, xattrs } = entry
  return {
    ...{ path, kind, mode, uid, gid, sizeBytes, modified, linkTarget, deviceMajor, deviceMinor, xattrs },
    inode: String(entry.inode),
  }
}
