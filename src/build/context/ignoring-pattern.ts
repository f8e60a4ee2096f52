import type { IgnorePattern } from '../../dockerfile/ignore-file.ts'
import { createPathMatcher } from '../../dockerfile/path-matcher.ts'

/** What of a line of `.dockerignore` decides. */
export type ContextPattern = Pick<IgnorePattern, 'pattern' | 'isException'>

/** The first of the patterns that leaves a path out for good; undefined where they do not leave it out. */
export function findIgnoringPattern(patterns: readonly ContextPattern[], path: string): string | undefined {
  const relative = path.replace(/^\/+/, '')
  let found: string | undefined
  for (let count = 1; count <= patterns.length; count += 1) {
    const isIgnored = createPathMatcher(patterns.slice(0, count)).isMatched(relative)
    found = isIgnored ? (found ?? patterns[count - 1]?.pattern) : undefined
  }
  return found
}
