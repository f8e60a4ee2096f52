import { posix } from 'node:path'
import { createPathMatcher, type PathMatch, type PathMatcher } from '../../dockerfile/path-matcher.ts'
import { checkPattern, hasWildcards } from './wildcards.ts'

/**
 * What of a directory is copied: `--parents` names patterns of what to take, `--exclude` of what to leave out. Both are read as
 * moby/patternmatcher reads them, relative to the directory.
 */
export interface CopyFilters {
  readonly includes: PathMatcher | undefined
  readonly excludes: PathMatcher | undefined
  /** Whether `--exclude` has exceptions (`!`), for whose sake directories that are left out are looked into. */
  readonly hasExceptions: boolean
  /** Whether anything in a directory may be taken. */
  mayInclude(directory: string): boolean
}

/** What is known of a directory, for looking at what is in it. */
export interface FilterState {
  readonly include: PathMatch | undefined
  readonly exclude: PathMatch | undefined
}

/** @throws BuildError `bad-build-option` for what is no pattern */
export function createFilters(includes: readonly string[], excludes: readonly string[]): CopyFilters {
  const left = readPatterns(excludes)
  const taken = readPatterns(includes)
  const beginnings = taken.map(({ pattern }) => literalBeginning(pattern))
  return {
    includes: taken.length === 0 ? undefined : createPathMatcher(taken),
    excludes: left.length === 0 ? undefined : createPathMatcher(left),
    hasExceptions: left.some((each) => each.isException),
    mayInclude: (directory) =>
      beginnings.length === 0 ||
      beginnings.some((each) => each === '' || isWithin(each, directory) || isWithin(directory, each)),
  }
}

/** The state of the directory that is copied. */
export function beginFilters({ includes, excludes }: CopyFilters): FilterState {
  return { include: includes?.root, exclude: excludes?.root }
}

/** Looks at a path in a directory that was looked at before. */
export function applyFilters(
  filters: CopyFilters,
  path: string,
  directory: FilterState,
): { readonly state: FilterState; readonly isIncluded: boolean; readonly isExcluded: boolean } {
  const include = directory.include === undefined ? undefined : filters.includes?.match(path, directory.include)
  const exclude = directory.exclude === undefined ? undefined : filters.excludes?.match(path, directory.exclude)
  const isExcluded = exclude?.isMatched === true
  return { state: { include, exclude }, isExcluded, isIncluded: !isExcluded && (include?.isMatched ?? true) }
}

/** The cleaning of `patternmatcher.New`. @throws BuildError `bad-build-option` for what is no pattern */
function readPatterns(
  texts: readonly string[],
): readonly { readonly pattern: string; readonly isException: boolean }[] {
  return texts.flatMap((text) => {
    const cleaned = text.trim() === '' ? '' : posix.normalize(text.trim()).replace(/(?<=.)\/$/, '')
    const isException = cleaned.startsWith('!')
    const pattern = isException ? cleaned.slice(1) : cleaned
    checkPattern(pattern)
    return pattern === '' ? [] : [{ pattern, isException }]
  })
}

/** The components before the first one with wildcards. */
function literalBeginning(pattern: string): string {
  const components = pattern.split('/')
  const first = components.findIndex((component) => hasWildcards(component) || component.includes('\\'))
  return components.slice(0, first === -1 ? components.length : first).join('/')
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`)
}
