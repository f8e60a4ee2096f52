import { createPathMatcher, type PathMatch, type PathMatcher } from '../../dockerfile/path-matcher.ts'
import { digestOf, DigestHasher, type Digest } from '../../image/digest.ts'
import { assert } from '../../std/assert.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { DraftEntry, DraftNode, LayerDraft } from '../copy/layer-draft.ts'
import type { SourceEntry, SourceTree } from '../source-tree.ts'
import { compareNames } from './compare-names.ts'
import { findIgnoringPattern, type ContextPattern } from './ignoring-pattern.ts'
import { joinPath } from './join-path.ts'
import { resolveSource } from './resolve-source.ts'

/** What a draft over nothing holds, as a tree that files are taken from. @param patterns what is left out */
export function draftTree(draft: LayerDraft, title: string, patterns: readonly ContextPattern[]): SourceTree {
  return new DraftTree(draft, title, patterns)
}

interface TreeEntry extends SourceEntry {
  readonly match: PathMatch | undefined
}

const emptyDigest = digestOf(new Uint8Array(0))

class DraftTree implements SourceTree {
  readonly title: string
  readonly #draft: LayerDraft
  readonly #patterns: readonly ContextPattern[]
  readonly #matcher: PathMatcher | undefined
  readonly #known = new Map<string, TreeEntry>()
  /** Names of one file have one number. */
  readonly #inodes = new Map<DraftEntry, string>()
  readonly #digests = new Map<string, Digest>()

  constructor(draft: LayerDraft, title: string, patterns: readonly ContextPattern[]) {
    this.title = title
    this.#draft = draft
    this.#patterns = patterns
    this.#matcher = patterns.length === 0 ? undefined : createPathMatcher(patterns)
  }

  async lookup(
    path: string,
    { followLast }: { readonly followLast: boolean },
    job: Job,
  ): Promise<SourceEntry | undefined> {
    job.signal.throwIfAborted()
    return resolveSource(this.#root(), path, followLast, (directory, name) => this.#child(directory, name))
  }

  async children({ path }: SourceEntry, job: Job): Promise<readonly SourceEntry[]> {
    job.signal.throwIfAborted()
    const directory = path === '/' ? this.#root() : this.#known.get(path)
    assert(directory !== undefined, `${path} is of another tree`)
    return this.#list(directory)
  }

  open({ path }: SourceEntry, job: Job): ByteStream {
    return this.#file(path).open(job)
  }

  knownDigest({ path }: SourceEntry): Digest | undefined {
    const file = this.#file(path)
    return file.sizeBytes === 0 ? emptyDigest : this.#digests.get(this.#inodeOf(file))
  }

  async digest(entry: SourceEntry, job: Job): Promise<Digest> {
    const known = this.knownDigest(entry)
    if (known !== undefined) return known
    const file = this.#file(entry.path)
    const hasher = new DigestHasher()
    for await (const chunk of file.open(job)) hasher.update(chunk)
    const digest = hasher.digest()
    this.#digests.set(this.#inodeOf(file), digest)
    return digest
  }

  ignoringPattern(path: string): string | undefined {
    return this.#matcher === undefined ? undefined : findIgnoringPattern(this.#patterns, path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve()
  }

  #file(path: string): DraftEntry {
    const file = this.#draft.get(path)
    assert(file?.kind === 'file' && 'open' in file, `${path} is no file of ${this.title}`)
    return file
  }

  #root(): TreeEntry {
    const root = this.#draft.get('/')
    assert(root !== undefined && 'open' in root, 'a draft without a root')
    return this.#toEntry(root, '/', this.#matcher?.root)
  }

  #child(directory: TreeEntry, name: string): TreeEntry | undefined {
    return this.#list(directory).find((entry) => entry.path === joinPath(directory.path, name))
  }

  #list(directory: TreeEntry): readonly TreeEntry[] {
    const node = this.#nodeAt(directory.path)
    const names = [...(node?.children?.keys() ?? [])].sort(compareNames)
    return names.flatMap((name) => this.#look(directory, name) ?? [])
  }

  #nodeAt(path: string): DraftNode | undefined {
    const names = path.split('/').filter((name) => name !== '')
    return names.reduce<DraftNode | undefined>((node, name) => node?.children?.get(name), this.#draft.root)
  }

  #look(directory: TreeEntry, name: string): TreeEntry | undefined {
    const path = joinPath(directory.path, name)
    const file = this.#draft.get(path)
    assert(file !== undefined && 'open' in file, `${path} is of no archive`)
    const match = directory.match === undefined ? undefined : this.#matcher?.match(path.slice(1), directory.match)
    const entry = this.#toEntry(file, path, match)
    if (match?.isMatched !== true) return entry
    if (entry.kind !== 'directory' || this.#matcher?.canSkip(path.slice(1), match) === true) return undefined
    // A directory that is left out is there nevertheless where an exception takes something in it.
    return this.#list(entry).length > 0 ? entry : undefined
  }

  #toEntry(file: DraftEntry, path: string, match: PathMatch | undefined): TreeEntry {
    const { kind, mode, uid, gid, modified, xattrs, linkTarget, deviceMajor, deviceMinor, sizeBytes } = file
    const attributes = { kind, mode, uid, gid, modified, xattrs, linkTarget, deviceMajor, deviceMinor, sizeBytes }
    const entry = { ...attributes, path, inode: this.#inodeOf(file), match }
    this.#known.set(path, entry)
    return entry
  }

  #inodeOf(file: DraftEntry): string {
    const known = this.#inodes.get(file) ?? String(this.#inodes.size)
    this.#inodes.set(file, known)
    return known
  }
}
