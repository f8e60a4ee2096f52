import { posix } from 'node:path'
import { BuildError } from '../errors.ts'

/** A git repository and what of it is meant, as BuildKit writes it (its `dfgitutil.ParseGitRef`). */
export interface GitReference {
  /** What git is told. */
  readonly remote: string
  /** A branch, a tag or a commit; undefined for the remote's own choice. */
  readonly ref: string | undefined
  /** Inside of the repository, without `..`; empty for all of it. */
  readonly folder: string
  /** What the commit's ID has to begin with. */
  readonly checksum: string | undefined
  /** What the URL itself says of `.git` and submodules. */
  readonly keepsGitDirectory: boolean | undefined
  readonly submodules: boolean | undefined
}

/**
 * Reads `https://HOST/PATH.git`, `git://…`, `ssh://…` and `USER@HOST:PATH`, each with `#REF:FOLDER` or a query (`?ref=…&subdir=…`). An
 * HTTP URL is a repository only if its path ends in `.git`. Undefined for what is no git URL.
 *
 * @throws BuildError `bad-build-option` for a query or a ref that means nothing
 */
export function parseGitUrl(text: string): GitReference | undefined {
  const parts = splitUrl(text)
  if (parts === undefined) return undefined
  const { remote, query, fragment } = parts
  const colon = fragment.indexOf(':')
  const fromFragment = {
    ref: colon === -1 ? fragment : fragment.slice(0, colon),
    folder: colon === -1 ? '' : fragment.slice(colon + 1),
  }
  const options = readQuery(query, text)
  const ref = oneOf(fromFragment.ref, options.ref, text)
  const folder = oneOf(cleanFolder(fromFragment.folder), cleanFolder(options.folder), text)
  if (ref.startsWith('-') || /[\s\0]/.test(ref)) throw badUrl(text, `${JSON.stringify(ref)} cannot be a ref`)
  const { checksum, keepsGitDirectory, submodules } = options
  return { remote, ref: ref === '' ? undefined : ref, folder, checksum, keepsGitDirectory, submodules }
}

/** Whether git would be asked, or the answer be read as a file. */
export function isGitUrl(text: string): boolean {
  return splitUrl(text) !== undefined
}

interface UrlParts {
  readonly remote: string
  readonly query: string
  readonly fragment: string
}

function splitUrl(text: string): UrlParts | undefined {
  const [, whole = '', query = '', fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text) ?? []
  if (/^(?:git|ssh):\/\//i.test(whole)) return URL.canParse(whole) ? { remote: whole, query, fragment } : undefined
  if (/^https?:\/\//i.test(whole)) {
    const isRepository = URL.canParse(whole) && new URL(whole).pathname.endsWith('.git')
    return isRepository ? { remote: whole, query, fragment } : undefined
  }
  // What scp takes: a user, or else it could be a path.
  const isRemotePath = /^[a-zA-Z0-9_][\w.-]*@[a-zA-Z0-9][\w.-]*:[^:\s]+$/.test(whole)
  return isRemotePath ? { remote: whole, query, fragment } : undefined
}

interface QueryOptions {
  readonly ref: string
  readonly folder: string
  readonly checksum: string | undefined
  readonly keepsGitDirectory: boolean | undefined
  readonly submodules: boolean | undefined
}

function readQuery(query: string, text: string): QueryOptions {
  const refs: string[] = []
  let folder = ''
  let checksum: string | undefined
  let keepsGitDirectory: boolean | undefined
  let submodules: boolean | undefined
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'ref') refs.push(value)
    else if (name === 'tag') refs.push(withPrefix('refs/tags/', value))
    else if (name === 'branch') refs.push(withPrefix('refs/heads/', value))
    else if (name === 'subdir') folder = value
    else if (name === 'checksum' || name === 'commit') checksum = value
    else if (name === 'keep-git-dir') keepsGitDirectory = readFlag(name, value, text)
    else if (name === 'submodules') submodules = readFlag(name, value, text)
    // These two say how to fetch, and change nothing of what is fetched here.
    else if (name !== 'mtime' && name !== 'fetch-by-commit') throw badUrl(text, `nothing is called ${name}`)
  }
  if (new Set(refs).size > 1) throw badUrl(text, `it has the refs ${refs.join(' and ')}`)
  if (checksum !== undefined && !/^[0-9a-f]{7,64}$/.test(checksum)) throw badUrl(text, `${checksum} is no commit`)
  return { ref: refs[0] ?? '', folder, checksum, keepsGitDirectory, submodules }
}

function withPrefix(prefix: string, name: string): string {
  return name.startsWith(prefix) ? name : `${prefix}${name}`
}

function readFlag(name: string, value: string, text: string): boolean {
  if (['', '1', 't', 'true', 'T', 'TRUE', 'True'].includes(value)) return true
  if (['0', 'f', 'false', 'F', 'FALSE', 'False'].includes(value)) return false
  throw badUrl(text, `${name} is true or false`)
}

function oneOf(left: string, right: string, text: string): string {
  if (left !== '' && right !== '' && left !== right) throw badUrl(text, `it says ${left} and ${right}`)
  return left === '' ? right : left
}

/** No `..` leads out of the repository. */
function cleanFolder(folder: string): string {
  return posix.normalize(`/${folder}`).replace(/\/$/, '').slice(1)
}

function badUrl(text: string, why: string): BuildError {
  return new BuildError('bad-build-option', `the git repository ${withoutPassword(text)}: ${why}`, {
    hint: 'Write it as https://HOST/REPOSITORY.git#REF:FOLDER.',
  })
}

/** For messages. */
export function withoutPassword(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^/@:]*):[^/@]*@/i, '$1@')
}
