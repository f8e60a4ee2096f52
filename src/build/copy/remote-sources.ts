import { isDigest } from '../../image/digest.ts'
import type { Job } from '../../std/job.ts'
import { folderTree } from '../context/folder-tree.ts'
import type { GitAccess } from '../context/git-access.ts'
import { isGitUrl, parseGitUrl, withoutPassword, type GitReference } from '../context/git-url.ts'
import { singleFileTree } from '../context/small-tree.ts'
import { BuildError } from '../errors.ts'
import type { CopyRequest } from './copy-request.ts'
import type { SelectedSource } from './copy-selection.ts'
import { createFilters } from './filters.ts'
import { selectTree } from './select-tree.ts'

/** What of an ADD lies elsewhere. Disposing of it throws away what was fetched and is not kept. */
export interface RemoteSources extends AsyncDisposable {
  /** Undefined for what is a path. */
  select(source: string): Promise<readonly SelectedSource[] | undefined>
}

/** Whether a source is fetched: an HTTP URL or a git repository. */
function isRemoteSource(source: string): boolean {
  return isHttpUrl(source) || isGitUrl(source)
}

function isHttpUrl(source: string): boolean {
  return /^https?:\/\//.test(source) && !isGitUrl(source)
}

/** What of a request cannot be, as BuildKit's frontend has it. @throws BuildError `bad-build-option` */
export function checkRemote({ kind, sources, checksum }: CopyRequest): void {
  const remote = sources.find(isRemoteSource)
  if (kind === 'copy' && remote !== undefined) {
    throw new BuildError('bad-build-option', `COPY cannot take ${withoutPassword(remote)}`, { hint: 'ADD can.' })
  }
  if (checksum === undefined) return
  if (kind !== 'add' || sources.length !== 1 || remote === undefined) {
    throw new BuildError('bad-build-option', '--checksum is for an ADD of one URL or one git repository')
  }
}

/** Fetches what an ADD names. */
export function createRemoteSources(
  request: CopyRequest,
  cacheDirectory: string,
  access: GitAccess,
  job: Job,
): RemoteSources {
  const held = new AsyncDisposableStack()

  const selectUrl = async (source: string): Promise<SelectedSource> => {
    const { checksum } = request
    if (checksum !== undefined && !isDigest(checksum)) {
      throw new BuildError('bad-build-option', `--checksum=${checksum} is no digest`, { hint: 'Write it as sha256:….' })
    }
    if (!URL.canParse(source)) throw new BuildError('bad-build-option', `${withoutPassword(source)} is no URL`)
    const [{ createHttpClient }, { fetchUrl }] = await Promise.all([
      import('../context/http-client.ts'),
      import('../context/fetch-url.ts'),
    ])
    using client = createHttpClient(access.environment)
    const file = held.use(await fetchUrl(new URL(source), { client, cacheDirectory, checksum }, job))
    const tree = singleFileTree(file, withoutPassword(source))
    const top = { entry: tree.file, isIncluded: true, children: [] }
    return { tree, top, name: file.name, copiesContent: false, unpacks: request.unpack ?? false }
  }

  const selectGit = async (reference: GitReference): Promise<SelectedSource> => {
    const keepsGitDirectory = request.keepGitDirectory ?? false
    const wanted = withRequest(reference, request)
    const { fetchGit } = await import('../context/fetch-git.ts')
    const checkout = held.use(await fetchGit(wanted, { keepsGitDirectory, cacheDirectory, access }, job))
    const title = withoutPassword(reference.remote)
    const tree = held.use(
      await folderTree(checkout.folder, { patterns: [], title, hashCacheDirectory: undefined }, job),
    )
    const root = await tree.lookup('/', { followLast: true }, job)
    if (root === undefined) throw new BuildError('source-not-found', `${title} has nothing`)
    const { children } = await selectTree(root, tree, createFilters([], request.excludes), job)
    const top = { entry: root, isIncluded: true, children }
    return { tree, top, name: '', copiesContent: false, unpacks: false }
  }

  return {
    async select(source) {
      const reference = parseGitUrl(source)
      if (reference !== undefined) return [await selectGit(reference)]
      return isHttpUrl(source) ? [await selectUrl(source)] : undefined
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

/** What ADD and the URL say about one thing must not differ. @throws BuildError `bad-build-option` */
function withRequest(reference: GitReference, { checksum, keepGitDirectory }: CopyRequest): GitReference {
  const { keepsGitDirectory } = reference
  if (keepsGitDirectory !== undefined && keepGitDirectory !== undefined && keepsGitDirectory !== keepGitDirectory) {
    throw new BuildError('bad-build-option', '--keep-git-dir and the URL of the repository contradict each other')
  }
  if (checksum === undefined) return reference
  if (reference.checksum !== undefined && reference.checksum !== checksum) {
    throw new BuildError('checksum-mismatch', `--checksum=${checksum}, but the URL says ${reference.checksum}`)
  }
  if (!/^[0-9a-f]{7,64}$/.test(checksum)) {
    throw new BuildError('bad-build-option', `--checksum=${checksum} is no commit`)
  }
  return { ...reference, checksum }
}
