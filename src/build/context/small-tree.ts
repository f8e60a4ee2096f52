import type { FileTime } from '../../archive/tar-entry.ts'
import type { Digest } from '../../image/digest.ts'
import { assert } from '../../std/assert.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { SourceEntry, SourceTree } from '../source-tree.ts'

/** One file that lies nowhere in a tree. */
export interface SingleFile {
  readonly name: string
  readonly mode: number
  readonly sizeBytes: number
  readonly modified: FileTime
  readonly digest: Digest
  open(job: Job): ByteStream
}

/** A tree of one file that belongs to root. */
export function singleFileTree(file: SingleFile, title: string): SourceTree & { readonly file: SourceEntry } {
  const common = {
    uid: 0,
    gid: 0,
    linkTarget: '',
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map<string, Uint8Array>(),
  }
  const { name, mode, sizeBytes, modified } = file
  const root: SourceEntry = { ...common, path: '/', kind: 'directory', mode: 0o755, sizeBytes: 0, modified, inode: '/' }
  const path = `/${name}`
  const entry: SourceEntry = { ...common, path, kind: 'file', mode, sizeBytes, modified, inode: path }
  const checkOwn = (asked: SourceEntry): void => assert(asked.path === path, `${asked.path} is of another tree`)
  return {
    title,
    file: entry,
    lookup: (asked) => Promise.resolve(asked === '/' ? root : asked === path ? entry : undefined),
    children: (directory) => Promise.resolve(directory.path === '/' ? [entry] : []),
    open(asked, job) {
      checkOwn(asked)
      return file.open(job)
    },
    knownDigest: () => file.digest,
    digest(asked) {
      checkOwn(asked)
      return Promise.resolve(file.digest)
    },
    ignoringPattern: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
