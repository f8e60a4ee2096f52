import { chmod, lstat, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job } from '../../std/job.ts'
import { openScratchFolder } from '../../std/scratch-folder.ts'
import { scratchFolder } from '../cache/folders.ts'
import { BuildError } from '../errors.ts'
import { gitVariables, type GitAccess } from './git-access.ts'
import { withoutPassword, type GitReference } from './git-url.ts'
import { runGit } from './run-git.ts'

/** A commit's files, in a folder that goes when this is disposed of. */
export interface GitCheckout extends AsyncDisposable {
  /** The folder in the repository that was asked for. */
  readonly folder: string
  readonly commit: string
  /** When it was committed, in seconds since 1970. */
  readonly commitSeconds: number
}

/** How a repository is fetched. */
export interface GitOptions {
  readonly keepsGitDirectory: boolean
  /** The build cache, in whose scratch folder the folder is made. */
  readonly cacheDirectory: string
  readonly access: GitAccess
}

/**
 * Fetches one commit of a repository, with its submodules and no history where the server allows that.
 *
 * @throws BuildError `fetch-failed`, `checksum-mismatch`, `source-not-found` for a folder that it does not have
 */
export async function fetchGit(reference: GitReference, options: GitOptions, job: Job): Promise<GitCheckout> {
  const title = withoutPassword(reference.remote)
  const id = `git ${title} ${reference.ref ?? ''}`
  job.emit({ type: 'task-started', id, title: `Fetching ${title}`, totalBytes: undefined })
  try {
    const checkout = await checkOut(reference, options, job)
    job.emit({ type: 'task-done', id, outcome: checkout.commit.slice(0, 12) })
    return checkout
  } catch (error) {
    job.emit({ type: 'task-failed', id, message: error instanceof Error ? error.message : String(error) })
    throw error
  }
}

async function checkOut(reference: GitReference, options: GitOptions, job: Job): Promise<GitCheckout> {
  const { access, cacheDirectory } = options
  await using held = new AsyncDisposableStack()
  await using rights = await gitVariables(reference.remote, access, job)
  const { path } = held.use(await openScratchFolder(scratchFolder(cacheDirectory)))
  // As BuildKit's: ADD makes its destination like it.
  await chmod(path, 0o755)
  const git: Git = (...words) =>
    runGit(words, path, { environment: access.environment, variables: rights.variables }, job)
  await git('init', '--quiet', '--template=')
  // Submodules may be named relative to it.
  await git('remote', 'add', '--', 'origin', reference.remote)
  const fetched = await fetchRef(reference, git)
  await git('checkout', '--quiet', '--detach', `${fetched}^{commit}`)
  const [commit = '', seconds = ''] = (await git('log', '-1', '--no-show-signature', '--format=%H %ct'))
    .trim()
    .split(' ')
  checkCommit(reference, commit)
  if (reference.submodules !== false && (await isThere(join(path, '.gitmodules')))) {
    await git('submodule', '--quiet', 'update', '--init', '--recursive', '--depth', '1')
  }
  const keeps = reference.keepsGitDirectory ?? options.keepsGitDirectory
  if (keeps) await tidyRepository(reference, path, git)
  else await removeGitDirectories(path)
  const folder = join(path, reference.folder)
  if (!(await isDirectoryBeneath(path, reference.folder))) throw noFolder(reference)
  const kept = held.move()
  return { folder, commit, commitSeconds: Number(seconds), [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Without history if possible. A server may refuse to give a commit by its ID; then all of its branches are asked for. */
async function fetchRef({ remote, ref = 'HEAD' }: GitReference, git: Git): Promise<string> {
  const fetch = ['fetch', '--quiet', '--force', '--no-tags']
  try {
    await git(...fetch, '--depth', '1', '--', remote, ref)
    return 'FETCH_HEAD'
  } catch (error) {
    if (!/^[0-9a-f]{7,64}$/.test(ref)) throw error
    await git(...fetch, '--', remote, '+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*')
    return ref
  }
}

type Git = (...words: readonly string[]) => Promise<string>

function checkCommit({ remote, checksum }: GitReference, commit: string): void {
  if (checksum === undefined || commit.startsWith(checksum)) return
  const message = `${withoutPassword(remote)}: the commit is ${commit}, and not ${checksum}`
  throw new BuildError('checksum-mismatch', message, {
    hint: 'The ref was moved, or the checksum is of another commit.',
  })
}

/**
 * Leaves what BuildKit leaves to programs that ask git: what was fetched under its name, and where it came from. Nothing in there tells when
 * that was done: the same commit gives the same files.
 */
async function tidyRepository({ remote, ref }: GitReference, path: string, git: Git): Promise<void> {
  const own = join(path, '.git')
  const name =
    ref === undefined ? await defaultBranch(git) : fetchedName(await readFile(join(own, 'FETCH_HEAD'), 'utf8'))
  if (name !== undefined) await git('update-ref', name, 'FETCH_HEAD')
  await git('remote', 'set-url', 'origin', withoutPassword(remote))
  // An index of checked-out files has their times and numbers.
  await git('read-tree', 'HEAD')
  for (const left of ['FETCH_HEAD', 'logs']) await rm(join(own, left), { recursive: true, force: true })
}

/** The branch that a repository begins with, `refs/heads/main`. */
async function defaultBranch(git: Git): Promise<string | undefined> {
  return /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(await git('ls-remote', '--symref', '--', 'origin', 'HEAD'))?.[1]
}

/** What git says that it has fetched (git-fetch(1), FETCH_HEAD); undefined for a commit by its ID. */
function fetchedName(text: string): string | undefined {
  const [, kind = '', name = ''] = /^[0-9a-f]+\t[^\t]*\t(?:(branch|tag) )?'([^']+)' of /.exec(text) ?? []
  if (kind === 'branch') return `refs/heads/${name}`
  if (kind === 'tag') return `refs/tags/${name}`
  return name.startsWith('refs/') ? name : undefined
}

/** Of the repository and of its submodules. */
async function removeGitDirectories(folder: string): Promise<void> {
  await rm(join(folder, '.git'), { recursive: true, force: true })
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.name === '.git') await rm(join(entry.parentPath, entry.name), { recursive: true, force: true })
  }
}

/** Whether each component of a path is a directory: a link could lead out of the repository. */
async function isDirectoryBeneath(root: string, folder: string): Promise<boolean> {
  let at = root
  for (const name of folder.split('/').filter((each) => each !== '')) {
    at = join(at, name)
    if ((await lstat(at).catch(() => undefined))?.isDirectory() !== true) return false
  }
  return true
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

function noFolder({ remote, folder }: GitReference): BuildError {
  return new BuildError('source-not-found', `${withoutPassword(remote)} has no folder ${JSON.stringify(folder)}`)
}
