import { posix } from 'node:path'
import { digestOf } from '../../image/digest.ts'
import { byteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { singleFileTree } from '../context/small-tree.ts'
import type { GitAccess } from '../context/git-access.ts'
import { BuildError } from '../errors.ts'
import type { SourceTree } from '../source-tree.ts'
import type { CopyRequest } from './copy-request.ts'
import { whenBuilt, type CopySelection, type SelectedSource } from './copy-selection.ts'
import { createFilters } from './filters.ts'
import { missingSource, refuseLinkedParents } from './missing-source.ts'
import { checkRemote, createRemoteSources } from './remote-sources.ts'
import { selectTree } from './select-tree.ts'
import { selectionDigest } from './selection-digest.ts'
import { baseName, hasWildcards, matchWildcards } from './wildcards.ts'

/** Where what is fetched goes, and how it is fetched. */
export interface SourcePlace {
  readonly cacheDirectory: string
  /** By default with nobody's rights. */
  readonly access?: GitAccess | undefined
}

const publicAccess: GitAccess = { environment: process.env, secrets: new Map(), sshAgents: new Map() }

/**
 * Finds what a COPY or an ADD takes, as BuildKit does (its frontend's `dispatchCopy` and fsutil's `copy`), and what it all comes to. Files
 * are hashed unless that is known. What lies behind a URL is fetched.
 *
 * @param tree what paths are looked up in
 * @param place the build cache, where what was fetched is kept, and by what rights it is fetched
 * @throws BuildError `source-not-found`, `bad-build-option`, `fetch-failed`, `checksum-mismatch`, and what the tree throws
 */
export async function selectSources(
  request: CopyRequest,
  tree: SourceTree,
  { cacheDirectory, access = publicAccess }: SourcePlace,
  job: Job,
): Promise<CopySelection> {
  await using held = new AsyncDisposableStack()
  const sources: SelectedSource[] = []
  checkRemote(request)
  const remote = held.use(createRemoteSources(request, cacheDirectory, access, job))
  for (const source of request.sources) {
    sources.push(...((await remote.select(source)) ?? (await selectPaths(source, request, tree, job))))
  }
  for (const { name, content } of request.inlineFiles) sources.push(inlineSource(name, content, request))
  const digest = await selectionDigest(sources, job)
  const kept = held.move()
  return { digest, sources, scratchDirectory: cacheDirectory, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** The paths of a tree that one source stands for. */
async function selectPaths(
  source: string,
  request: CopyRequest,
  tree: SourceTree,
  job: Job,
): Promise<readonly SelectedSource[]> {
  const { path, includes, required } = splitPivot(source, request.parents)
  const filters = createFilters(includes, request.excludes)
  if (required !== undefined) {
    const whole = posix.join(path, required)
    if ((await tree.lookup(whole, { followLast: true }, job)) === undefined) throw await missingSource(whole, tree, job)
    await refuseLinkedParents(path, required, tree, job)
  }
  const found = hasWildcards(path) ? await matchWildcards(path, tree, job) : [path]
  if (found === undefined) throw await missingSource(path, tree, job)
  const sources: SelectedSource[] = []
  for (const each of found) {
    const entry = await tree.lookup(each, { followLast: true }, job)
    if (entry === undefined) throw await missingSource(each, tree, job)
    const top = await selectTree(entry, tree, filters, job)
    const unpacks = request.unpack ?? request.kind === 'add'
    sources.push({ tree, top, name: baseName(each), copiesContent: true, unpacks })
  }
  return sources
}

/**
 * With `--parents`, what stands behind the pivot `/./` says what to take of the directory in front of it, and is made anew at the
 * destination. Without wildcards, it has to be there.
 */
function splitPivot(
  source: string,
  parents: boolean,
): { readonly path: string; readonly includes: readonly string[]; readonly required: string | undefined } {
  if (!parents) return { path: cleanPath(source), includes: [], required: undefined }
  const at = source.indexOf('/./')
  const path = at === -1 ? '/' : cleanPath(source.slice(0, at))
  const pattern = cleanPath(at === -1 ? source : source.slice(at + 3)).slice(1)
  const required = hasWildcards(path) || hasWildcards(pattern) ? undefined : pattern
  return { path, includes: [pattern], required }
}

/** Absolute, without `.`, `..`, and slashes at its end. */
function cleanPath(path: string): string {
  const clean = posix.normalize(`/${path}`)
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean
}

function inlineSource(name: string, content: string, { kind }: CopyRequest): SelectedSource {
  if (name === '' || name.includes('/')) {
    throw new BuildError('bad-build-option', `${kind.toUpperCase()}: ${JSON.stringify(name)} cannot be a file's name`)
  }
  const bytes = Buffer.from(content)
  const file = { name, mode: 0o644, sizeBytes: bytes.length, modified: whenBuilt, digest: digestOf(bytes) }
  const tree = singleFileTree({ ...file, open: () => byteStream(bytes) }, `the here-document ${name}`)
  const top = { entry: tree.file, isIncluded: true, children: [] }
  return { tree, top, name, copiesContent: false, unpacks: false }
}
