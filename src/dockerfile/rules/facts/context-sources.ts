import { posix } from 'node:path'
import type { BuildContext, ContextEntry } from '../../build-context.ts'
import { parseIgnoreFile } from '../../ignore-file.ts'
import { createPathMatcher, type PathMatcher } from '../../path-matcher.ts'
import { contextPath, ignoreMatcher } from './context-files.ts'

/** What a source of COPY is in the build context. */
export interface ContextSource {
  /**
   * `missing` where it is not there, `ignored` where an ignore file leaves it out, `nothing` for a pattern that matches nothing,
   * `unknown` where nobody can tell: behind a link, in a folder that cannot be read.
   */
  readonly kind: 'file' | 'directory' | 'several' | 'nothing' | 'missing' | 'ignored' | 'unknown'
  /** Of one that is missing: the folder that is there, and the name in it that is not. */
  readonly missing?: { readonly folder: string; readonly name: string }
}

/** A pattern is tried on no more names than this. */
const namesMax = 20_000

/**
 * Finds a source as BuildKit does: `..` does not lead out of the context, links are not followed here, and a pattern that matches
 * nothing is no mistake unless the folder before it is missing (fsutil's `ResolveWildcards`).
 */
export function findSource(context: BuildContext, source: string): ContextSource {
  const path = contextPath(source)
  if (path === '') return { kind: 'directory' }
  const parts = path.split('/')
  const first = parts.findIndex((part) => hasWildcard(part))
  if (first === -1) return findPath(context, parts)
  const folder = findPath(context, parts.slice(0, first))
  if (folder.kind !== 'directory') return folder.kind === 'file' ? { kind: 'nothing' } : folder
  return matchParts(context, parts.slice(0, first).join('/'), parts.slice(first))
}

/** Whether Go's `filepath.Match` would take it for a pattern. */
export function hasWildcard(path: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*[*?[]/.test(path)
}

function findPath(context: BuildContext, parts: readonly string[]): ContextSource {
  let folder = ''
  for (const [index, name] of parts.entries()) {
    const entries = context.list(folder)
    if (entries === undefined) return { kind: 'unknown' }
    const entry = entries.find((each) => each.name === name)
    if (entry === undefined) return { kind: 'missing', missing: { folder, name } }
    if (entry.kind === 'link' || entry.kind === 'other') return { kind: 'unknown' }
    const path = join(folder, name)
    const isLast = index === parts.length - 1
    if (!isLast && entry.kind === 'file')
      return { kind: 'missing', missing: { folder: path, name: parts[index + 1] ?? '' } }
    if (isLast) return isLeftOut(context, path, entry) ? { kind: 'ignored' } : { kind: entry.kind }
    folder = path
  }
  return { kind: 'directory' }
}

/** Names in a folder that the parts of a pattern match, one after the other. */
function matchParts(context: BuildContext, start: string, parts: readonly string[]): ContextSource {
  let found: readonly { readonly path: string; readonly entry: ContextEntry }[] = []
  let folders: readonly string[] = [start]
  let names = 0
  for (const part of parts) {
    const matcher = createPathMatcher([{ pattern: part.replaceAll(/\*+/g, '*'), isException: false }])
    found = []
    for (const folder of folders) {
      const entries = context.list(folder)
      if (entries === undefined) return { kind: 'unknown' }
      names += entries.length
      if (names > namesMax) return { kind: 'unknown' }
      const matching = entries.filter(({ name }) => matcher.isMatched(name))
      found = [...found, ...matching.map((entry) => ({ path: join(folder, entry.name), entry }))]
    }
    if (found.some(({ entry }) => entry.kind === 'link' || entry.kind === 'other')) return { kind: 'unknown' }
    folders = found.filter(({ entry }) => entry.kind === 'directory').map(({ path }) => path)
  }
  const taken = found.filter(({ path, entry }) => !isLeftOut(context, path, entry))
  const [only] = taken
  if (only === undefined) return { kind: 'nothing' }
  if (taken.length > 1) return { kind: 'several' }
  return { kind: only.entry.kind === 'directory' ? 'directory' : 'file' }
}

/** A folder is there if an exception takes something in it. */
function isLeftOut(context: BuildContext, path: string, { kind }: ContextEntry): boolean {
  const matcher = ignoreMatcher(context)
  let state = matcher.root
  for (const [index] of path.split('/').entries()) {
    state = matcher.match(
      path
        .split('/')
        .slice(0, index + 1)
        .join('/'),
      state,
    )
  }
  return state.isMatched && (kind !== 'directory' || matcher.canSkip(path, state))
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** Folders and files that a build outside of the Dockerfile makes, so that a fresh copy of the project does not have them. */
const made =
  /(?:^|\/)(?:dist|build|target|out|output|bin|obj|publish|release|releases|artifacts?|node_modules|vendor|\.next|\.output|public|coverage|generated|tmp|pkg|deb|rpm|wheels?|site|_build|_site)(?:\/|$)|\.(?:jar|war|ear|whl|tgz|tar|gz|xz|zip|deb|rpm|apk|exe|so|dll|pem|key|crt|env)$|(?:^|\/)\.(?:env|npmrc|netrc)(?:\.|$)/i

/** Whether a path is made before the build rather than kept with the source: its name says so, or Git ignores it. */
export function isMadeBefore(context: BuildContext, source: string): boolean {
  const path = contextPath(source)
  return made.test(path) || gitIgnores(context).isMatched(path) || gitIgnores(context).isMatched(`${path}/x`)
}

const gitMatchers = new WeakMap<BuildContext, PathMatcher>()

/** The largest part of a .gitignore that is read. */
const gitIgnoreBytesMax = 100_000

/** Git's patterns, near enough: without a slash they hold in every folder. */
function gitIgnores(context: BuildContext): PathMatcher {
  const known = gitMatchers.get(context)
  if (known !== undefined) return known
  const lines = (context.read('.gitignore', gitIgnoreBytesMax) ?? '').split('\n').map((line) => line.trim())
  const patterns = lines.flatMap((line) => {
    if (line === '' || line.startsWith('#') || line.startsWith('!')) return []
    const pattern = line.replace(/\/$/, '')
    return [pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`]
  })
  const matcher = createPathMatcher(parseIgnoreFile(patterns.join('\n')).patterns)
  gitMatchers.set(context, matcher)
  return matcher
}

/** The names in a folder of the context that a build gets. */
export function namesInFolder(context: BuildContext, folder: string): readonly string[] {
  const matcher = ignoreMatcher(context)
  return (context.list(folder) ?? [])
    .map(({ name }) => name)
    .filter((name) => !matcher.isMatched(posix.join(folder, name)))
}
