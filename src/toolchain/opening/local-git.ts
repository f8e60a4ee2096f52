import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** Where the files of a folder come from, as its git repository knows it. */
export interface RepositoryFacts {
  /** The URL of the remote; undefined where there is none. */
  readonly source: string | undefined
  /** The commit; undefined where there is none yet. */
  readonly revision: string | undefined
}

/** When the last commit was made that changed the folder, in seconds since 1970. Undefined where there is no repository, no commit or no git. */
export async function lastCommitSeconds(folder: string): Promise<number | undefined> {
  if (!isInRepository(folder)) return undefined
  const text = await gitSays(folder, 'log', '-1', '--format=%ct', '--', '.')
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined
}

/**
 * What buildx tells of a context on this machine (its build/git.go): the commit, and the URL of the remote that the branch follows, or of
 * `origin`, or of `upstream`. Undefined where there is no repository.
 */
export async function repositoryFacts(folder: string): Promise<RepositoryFacts | undefined> {
  if (!isInRepository(folder)) return undefined
  const revision = await gitSays(folder, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}')
  const branch = await gitSays(folder, 'symbolic-ref', '--quiet', 'HEAD')
  const followed =
    branch === undefined ? undefined : await gitSays(folder, 'for-each-ref', '--format=%(upstream:remotename)', branch)
  for (const remote of [followed, 'origin', 'upstream']) {
    const source = remote === undefined ? undefined : await gitSays(folder, 'config', '--get', `remote.${remote}.url`)
    // A path of this machine would say nothing to others.
    if (source !== undefined && !/^(?:\.{0,2}\/|file:)/.test(source)) return { source, revision }
  }
  return { source: undefined, revision }
}

/** What the repository's own settings say must start no program. @returns undefined for nothing, and where git fails */
async function gitSays(folder: string, ...words: readonly string[]): Promise<string | undefined> {
  const env = { ...process.env, GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0' }
  const run = promisify(process.getBuiltinModule('node:child_process').execFile)
  const settings = ['-c', 'log.showSignature=false', '-c', 'core.fsmonitor=false']
  try {
    const { stdout } = await run('git', [...settings, '-C', folder, ...words], { timeout: 10_000, env })
    return stdout.trim() === '' ? undefined : stdout.trim()
  } catch {
    return undefined
  }
}

/** Whether it is worth to start git. */
function isInRepository(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true
    if (dirname(at) === at) return false
  }
}
