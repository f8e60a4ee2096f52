import { closeSync, constants, openSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { createPathMatcher, type PathMatch, type PathMatcher } from '../../dockerfile/path-matcher.ts'
import { digestOf, DigestHasher, type Digest } from '../../image/digest.ts'
import { assert } from '../../std/assert.ts'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { printable } from '../../std/printable.ts'
import type { SystemStat } from '../../std/syscalls-stat.ts'
import { BuildError } from '../errors.ts'
import type { SourceEntry, SourceTree } from '../source-tree.ts'
import { compareNames } from './compare-names.ts'
import { FileHashes } from './file-hashes.ts'
import { FolderEntry } from './folder-entry.ts'
import { findIgnoringPattern, type ContextPattern } from './ignoring-pattern.ts'
import { joinPath } from './join-path.ts'
import { namesIn, statIn, targetIn, withDirectory, type OpenDirectory } from './list-folder.ts'
import { readSmallFile, smallBytesMax, streamFile } from './read-file.ts'
import { readOpenStat } from './read-stat.ts'
import { resolveSource } from './resolve-source.ts'
import { StatRows } from './stat-rows.ts'

/** How a folder is looked at. */
export interface FolderTreeOptions {
  /** What is left out, by `.dockerignore` or none. */
  readonly patterns: readonly ContextPattern[]
  /** For messages: `the build context`. */
  readonly title: string
  /** Where hashes of files are kept from one build to the next. */
  readonly hashCacheDirectory: string | undefined
}

/**
 * A folder on disk. Nothing outside of it is ever read, whatever its links say and whatever others change meanwhile: see
 * `list-folder.ts` and `read-file.ts`. What it has is looked at once, and stays as it was seen then.
 *
 * @param path The folder itself may be reached through links.
 * @throws BuildError `context-unreadable`
 */
export async function folderTree(path: string, options: FolderTreeOptions, job: Job): Promise<SourceTree> {
  job.signal.throwIfAborted()
  const lookedAtMs = job.clock.now()
  let root: string
  let found: SystemStat
  try {
    root = await realpath(path)
    const descriptor = openSync(root, constants.O_RDONLY | constants.O_DIRECTORY)
    found = readOpenStat(descriptor)
    closeSync(descriptor)
  } catch (error) {
    throw noFolder(path, options.title, error)
  }
  const hashes =
    options.hashCacheDirectory === undefined ? undefined : await FileHashes.load(options.hashCacheDirectory, root)
  return new FolderTree(root, found, options, hashes, lookedAtMs)
}

function noFolder(path: string, title: string, error: unknown): BuildError {
  const code = systemErrorCode(error)
  const why = code === 'ENOENT' ? 'it is not there' : code === 'ENOTDIR' ? 'it is no folder' : errorMessage(error)
  return new BuildError('context-unreadable', `${printable(path)} cannot be ${title}: ${printable(why)}`, {
    cause: error,
  })
}

const emptyDigest = digestOf(new Uint8Array(0))

/** Hashing small files holds up everything else; this long at most. */
const turnMs = 20

class FolderTree implements SourceTree {
  readonly title: string
  readonly #root: string
  readonly #rootEntry: FolderEntry
  readonly #patterns: readonly ContextPattern[]
  readonly #matcher: PathMatcher | undefined
  readonly #hashes: FileHashes | undefined
  readonly #stats = new StatRows()
  /** What was found so far, so that it is looked at once: of directories, and of single paths. */
  readonly #children = new Map<string, readonly FolderEntry[]>()
  readonly #single = new Map<string, FolderEntry | undefined>()
  readonly #digests = new Map<FolderEntry, Digest>()
  /** When stat(2) said what is known: not before this. */
  readonly #lookedAtMs: number
  #turnEndsAtMs = 0

  constructor(
    root: string,
    found: SystemStat,
    options: FolderTreeOptions,
    hashes: FileHashes | undefined,
    lookedAtMs: number,
  ) {
    this.title = options.title
    this.#root = root
    this.#patterns = options.patterns
    this.#matcher = options.patterns.length === 0 ? undefined : createPathMatcher(options.patterns)
    this.#hashes = hashes
    this.#lookedAtMs = lookedAtMs
    this.#rootEntry = new FolderEntry('/', this.#stats, this.#stats.add(found, undefined), '', this.#matcher?.root)
  }

  async lookup(
    path: string,
    { followLast }: { readonly followLast: boolean },
    job: Job,
  ): Promise<FolderEntry | undefined> {
    job.signal.throwIfAborted()
    return resolveSource(this.#rootEntry, path, followLast, (directory, name) => this.#child(directory, name))
  }

  async children(directory: SourceEntry, job: Job): Promise<readonly FolderEntry[]> {
    job.signal.throwIfAborted()
    await this.#takeTurns(job)
    return this.#list(ownEntry(directory))
  }

  open(file: SourceEntry, job: Job): AsyncIterable<Uint8Array> {
    return streamFile(this.#root, ownEntry(file), job)
  }

  knownDigest(file: SourceEntry): Digest | undefined {
    const entry = ownEntry(file)
    if (entry.sizeBytes === 0) return emptyDigest
    const index = entry.hashIndex
    return (index === undefined ? undefined : this.#hashes?.digest(index)) ?? this.#digests.get(entry)
  }

  async digest(file: SourceEntry, job: Job): Promise<Digest> {
    const known = this.knownDigest(file)
    if (known !== undefined) return known
    const entry = ownEntry(file)
    const digest =
      entry.sizeBytes <= smallBytesMax
        ? digestOf(readSmallFile(this.#root, entry))
        : await hashStream(streamFile(this.#root, entry, job))
    this.#digests.set(entry, digest)
    this.#hashes?.add(entry.stat(), digest, this.#lookedAtMs)
    await this.#takeTurns(job)
    job.signal.throwIfAborted()
    return digest
  }

  ignoringPattern(path: string): string | undefined {
    return this.#matcher === undefined ? undefined : findIgnoringPattern(this.#patterns, path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hashes?.save()
  }

  /** Lets others have their turn. */
  async #takeTurns({ clock }: Job): Promise<void> {
    if (clock.now() < this.#turnEndsAtMs) return
    await setImmediate()
    this.#turnEndsAtMs = clock.now() + turnMs
  }

  #child(directory: FolderEntry, name: string): FolderEntry | undefined {
    const path = joinPath(directory.path, name)
    const listed = this.#children.get(directory.path)
    if (listed !== undefined) return listed.find((entry) => entry.path === path)
    if (!this.#single.has(path)) {
      const found = withDirectory(this.#root, directory, (open) => this.#look(open, name))
      this.#single.set(path, found)
    }
    return this.#single.get(path)
  }

  #list(directory: FolderEntry): readonly FolderEntry[] {
    const listed = this.#children.get(directory.path)
    if (listed !== undefined) return listed
    assert(directory.kind === 'directory', `${directory.path} is no directory`)
    const found = withDirectory(this.#root, directory, (open) => {
      const entries: FolderEntry[] = []
      for (const name of [...namesIn(open)].sort(compareNames)) {
        const entry = this.#look(open, name)
        if (entry !== undefined) entries.push(entry)
      }
      return entries
    })
    this.#children.set(directory.path, found)
    return found
  }

  /** What has a name in a directory; undefined for what is not there, or is left out. */
  #look(open: OpenDirectory, name: string): FolderEntry | undefined {
    const match = this.#match(open.directory, name)
    if (match === 'skipped') return undefined
    const found = statIn(open, name)
    if (found === undefined) return undefined
    const entry = this.#createEntry(open, name, found, match)
    if (match?.isMatched !== true) return entry
    // A directory that is left out is there nevertheless where an exception takes something in it.
    return entry.kind === 'directory' && this.#list(entry).length > 0 ? entry : undefined
  }

  /** `skipped` for what is left out with all that is in it, which need not be readable then. */
  #match(directory: FolderEntry, name: string): PathMatch | 'skipped' | undefined {
    if (this.#matcher === undefined || directory.match === undefined) return undefined
    const path = joinPath(directory.path, name).slice(1)
    const match = this.#matcher.match(path, directory.match)
    return match.isMatched && this.#matcher.canSkip(path, match) ? 'skipped' : match
  }

  #createEntry(open: OpenDirectory, name: string, found: SystemStat, match: PathMatch | undefined): FolderEntry {
    const index = this.#hashes?.find(found)
    const row = this.#stats.add(found, index)
    const path = joinPath(open.directory.path, name)
    return new FolderEntry(path, this.#stats, row, targetIn(open, name, found), match)
  }
}

/** Entries that a tree is asked about are its own. */
function ownEntry(entry: SourceEntry): FolderEntry {
  assert(entry instanceof FolderEntry, `${entry.path} is of another tree`)
  return entry
}

async function hashStream(stream: AsyncIterable<Uint8Array>): Promise<Digest> {
  const hasher = new DigestHasher()
  for await (const chunk of stream) hasher.update(chunk)
  return hasher.digest()
}
