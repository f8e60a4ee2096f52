import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../http/connections.ts'
import { detectCompression, detectionBytes } from '../archive/compression.ts'
import { readAll, type ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import { printable } from '../std/printable.ts'
import type { BuildSecret, SshAgent } from './build-request.ts'
import type { BuildMaterial } from './built-image.ts'
import { folderTree } from './context/folder-tree.ts'
import { parseGitUrl, withoutPassword, type GitReference } from './context/git-url.ts'
import type { ContextPattern } from './context/ignoring-pattern.ts'
import { peek } from './copy/peek.ts'
import { BuildError } from './errors.ts'
import type { SourceTree } from './source-tree.ts'

/** What opening a context takes. */
export interface ContextOptions {
  /** For messages: `the build context`. */
  readonly title: string
  /** The folder of the build cache, for what is fetched or unpacked, and for hashes of files. */
  readonly cacheDirectory: string
  /** Proxies, and the way to an SSH agent. */
  readonly environment: Environment
  /** For git repositories: GIT_AUTH_TOKEN and the like. */
  readonly secrets: ReadonlyMap<string, BuildSecret>
  /** For git repositories. */
  readonly sshAgents: ReadonlyMap<string, SshAgent>
  /** What `-` reads. */
  readonly standardInput: ByteStream
  /** BUILDKIT_CONTEXT_KEEP_GIT_DIR: whether a git repository keeps its `.git`. */
  readonly keepsGitDirectory: boolean
}

/** A context that was found. Its trees live as long as it does. */
export interface OpenContext extends AsyncDisposable {
  /** What it holds without what the patterns leave out: those of the `.dockerignore` that {@link readContextFile} finds in it. */
  tree(patterns: readonly ContextPattern[], job: Job): Promise<SourceTree>
  /** The folder of this machine that it is. Undefined for everything that was fetched or read. */
  readonly folder: string | undefined
  /** When the commit that it is was made, in seconds since 1970. */
  readonly commitSeconds: number | undefined
  /** What provenance says of it. */
  readonly material: BuildMaterial | undefined
}

/** What `wherry build CONTEXT` may name: a place of files, or a Dockerfile without any. */
export type FoundContext =
  | { readonly kind: 'context'; readonly context: OpenContext }
  | { readonly kind: 'dockerfile'; readonly name: string; readonly content: Uint8Array }

/** Far above what any Dockerfile has. */
const dockerfileBytesMax = 16 * 1024 * 1024

/**
 * Opens what a word names, as `docker build` does: a folder, `-` for standard input (a tar or a Dockerfile, told apart by its first bytes),
 * a git repository, a URL of a tar or of a Dockerfile; and also the path of a tar. Also for the values of `--build-context`, but for
 * `docker-image://` and `oci-layout://`.
 *
 * @throws BuildError `bad-build-option` for what is nothing of that, `fetch-failed`, `context-unreadable`
 */
export async function openContext(word: string, options: ContextOptions, job: Job): Promise<FoundContext> {
  if (word === '-') return await fromStream(options.standardInput, 'standard input', undefined, options, job)
  // As in BuildKit, for contexts only: in an ADD this would be a path.
  const reference = parseGitUrl(word.startsWith('github.com/') ? gitHubUrl(word) : word)
  if (reference !== undefined) return { kind: 'context', context: await openGit(reference, options, job) }
  if (/^https?:\/\//i.test(word)) return await openUrl(word, options, job)
  const found = await stat(word).catch(() => undefined)
  if (found?.isDirectory() === true) return { kind: 'context', context: openFolder(word, options) }
  if (found?.isFile() === true) {
    const opened = await fromStream(createReadStream(word), printable(word), undefined, options, job)
    if (opened.kind === 'context') return opened
    throw new BuildError('bad-build-option', `${printable(word)} is neither a folder nor a tar`, {
      hint: 'Name the folder, and the Dockerfile with --file.',
    })
  }
  throw new BuildError('bad-build-option', `there is no ${printable(word)}`, {
    hint: 'A context is a folder, a tar, a git repository or a URL.',
  })
}

function gitHubUrl(word: string): string {
  const [, path = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(word) ?? []
  return `https://${path.endsWith('.git') ? path : `${path}.git`}${rest}`
}

/** A file of a context by its path, links followed inside of it; undefined where there is none. @throws BuildError */
export async function readContextFile(path: string, tree: SourceTree, job: Job): Promise<Uint8Array | undefined> {
  const entry = await tree.lookup(path, { followLast: true }, job)
  if (entry?.kind !== 'file') return undefined
  if (entry.sizeBytes > dockerfileBytesMax) {
    throw new BuildError('context-unreadable', `${printable(path)} of ${tree.title} is too large`)
  }
  return await readAll(tree.open(entry, job), dockerfileBytesMax)
}

function openFolder(path: string, { title, cacheDirectory }: ContextOptions): OpenContext {
  const hashCacheDirectory = join(cacheDirectory, 'hashes')
  return heldTrees({
    folder: path,
    commitSeconds: undefined,
    material: undefined,
    open: (patterns, job) => folderTree(path, { patterns, title, hashCacheDirectory }, job),
    held: new AsyncDisposableStack(),
  })
}

async function openGit(reference: GitReference, options: ContextOptions, job: Job): Promise<OpenContext> {
  const { fetchGit } = await import('./context/fetch-git.ts')
  const { title, cacheDirectory, keepsGitDirectory } = options
  await using held = new AsyncDisposableStack()
  const git = { keepsGitDirectory, cacheDirectory, access: options }
  const { folder, commit, commitSeconds } = held.use(await fetchGit(reference, git, job))
  return heldTrees({
    folder: undefined,
    commitSeconds,
    material: { uri: withoutPassword(reference.remote), digest: { gitCommit: commit } },
    open: (patterns, inner) => folderTree(folder, { patterns, title, hashCacheDirectory: undefined }, inner),
    held: held.move(),
  })
}

async function openUrl(word: string, options: ContextOptions, job: Job): Promise<FoundContext> {
  if (!URL.canParse(word)) throw new BuildError('bad-build-option', `${printable(word)} is no URL`)
  const [{ createHttpClient }, { fetchUrl }] = await Promise.all([
    import('./context/http-client.ts'),
    import('./context/fetch-url.ts'),
  ])
  using client = createHttpClient(options.environment)
  const { cacheDirectory } = options
  await using file = await fetchUrl(new URL(word), { client, cacheDirectory, checksum: undefined }, job)
  const material = { uri: withoutPassword(word), digest: file.digest }
  return await fromStream(file.open(job), material.uri, material, options, job)
}

/** A tar is a context, and anything else a Dockerfile. */
async function fromStream(
  stream: ByteStream,
  name: string,
  material: BuildMaterial | undefined,
  { title, cacheDirectory }: ContextOptions,
  job: Job,
): Promise<FoundContext> {
  const { first, rest } = await peek(stream, tarHeaderBytes)
  if (!isArchive(first)) return { kind: 'dockerfile', name, content: await readAll(rest, dockerfileBytesMax) }
  await using held = new AsyncDisposableStack()
  const { tarTree } = await import('./context/tar-tree.ts')
  const tar = held.use(await tarTree(rest, title, cacheDirectory, job))
  const context = heldTrees({
    ...{ folder: undefined, commitSeconds: undefined, material },
    open: (patterns) => Promise.resolve(tar.tree(patterns)),
    held: held.move(),
  })
  return { kind: 'context', context }
}

const tarHeaderBytes = 512

/** Compressed, or with the sum of a tar's first header where it stands (POSIX ustar); no Dockerfile has either. */
function isArchive(first: Uint8Array): boolean {
  if (detectCompression(first.subarray(0, detectionBytes)) !== 'none') return true
  if (first.length < tarHeaderBytes) return false
  const sum = first.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0)
  const written = /^ *([0-7]+)[ \0]*$/.exec(Buffer.from(first.subarray(148, 156)).toString('latin1'))?.[1]
  return written !== undefined && Number.parseInt(written, 8) === sum
}

interface HeldContext {
  readonly folder: string | undefined
  readonly commitSeconds: number | undefined
  readonly material: BuildMaterial | undefined
  readonly held: AsyncDisposableStack
  readonly open: (patterns: readonly ContextPattern[], job: Job) => Promise<SourceTree>
}

function heldTrees({ folder, commitSeconds, material, held, open }: HeldContext): OpenContext {
  return {
    ...{ folder, commitSeconds, material },
    tree: async (patterns, job) => held.use(await open(patterns, job)),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
