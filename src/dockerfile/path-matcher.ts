import type { IgnorePattern } from './ignore-file.ts'
import { compilePathPattern, matchesInside, matchesPath, PathText } from './matching/path-pattern.ts'

/** What is known of a folder, for looking at what is in it. */
export interface PathMatch {
  /** Whether the path is left out: the last line that matches it, or a folder above it, is no exception. */
  readonly isMatched: boolean
  /** For each pattern, whether it matched the path or a folder above it. */
  readonly matchedPatterns: Uint8Array
}

/** Tries paths against the patterns of a `.dockerignore`, or of `COPY --exclude`. Not for use by two walks at once. */
export interface PathMatcher {
  /** The root of the context, which is never left out. */
  readonly root: PathMatch
  /** Looks at a path whose folder was looked at before. This is the fast way through a tree. */
  match(path: string, folder: PathMatch): PathMatch
  /** Whether nothing in a folder can be taken, so that nobody needs to look. */
  canSkip(path: string, folder: PathMatch): boolean
  /** Looks at a path without knowing anything about its folders. */
  isMatched(path: string): boolean
}

/** Whether a text is a pattern: brackets in it end and hold something, and no backslash stands at its end. */
export function isPathPattern(text: string): boolean {
  return compilePathPattern(text) !== undefined
}

/**
 * Prepares patterns by the rules of moby/patternmatcher: a pattern matches what it names and everything in it, and the last line
 * that matches decides.
 *
 * Paths are relative to the root, with `/` between the parts, and neither begin nor end with one.
 */
export function createPathMatcher(patterns: readonly Pick<IgnorePattern, 'pattern' | 'isException'>[]): PathMatcher {
  const compiled = patterns.flatMap(({ pattern, isException }) => {
    const found = compilePathPattern(pattern)
    return found === undefined ? [] : [{ pattern: found, isException }]
  })

  const root: PathMatch = { isMatched: false, matchedPatterns: new Uint8Array(compiled.length) }

  function match(path: string, folder: PathMatch): PathMatch {
    const text = new PathText(path)
    let matchedPatterns: Uint8Array | undefined
    let isMatched = false
    for (const [index, { pattern, isException }] of compiled.entries()) {
      // A line that could not change anything is not tried, and then does not count for what is inside either.
      const matches = folder.matchedPatterns[index] === 1 || (isException === isMatched && matchesPath(pattern, text))
      if (!matches) continue
      matchedPatterns ??= new Uint8Array(compiled.length)
      matchedPatterns[index] = 1
      isMatched = !isException
    }
    // Most paths match nothing, so they share what says so.
    return matchedPatterns === undefined ? root : { isMatched, matchedPatterns }
  }

  return {
    root,
    match,
    canSkip(path, folder) {
      return folder.isMatched && !compiled.some((each) => each.isException && matchesInside(each.pattern, path))
    },
    isMatched(path) {
      const candidates = pathAndParents(path)
      let isMatched = false
      for (const { pattern, isException } of compiled) {
        if (isException !== isMatched) continue
        if (candidates.some((candidate) => matchesPath(pattern, candidate))) isMatched = !isException
      }
      return isMatched
    },
  }
}

function pathAndParents(path: string): readonly PathText[] {
  const found = [new PathText(path)]
  for (let at = path.indexOf('/', 1); at !== -1; at = path.indexOf('/', at + 1))
    found.push(new PathText(path.slice(0, at)))
  return found
}
