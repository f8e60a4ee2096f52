import { createPathMatcher } from '../../dockerfile/path-matcher.ts'

/** A test of absolute paths against what a user named: as in a `.dockerignore`, from the root; `!` takes back. */
export function createPathTest(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) return () => false
  const matcher = createPathMatcher(
    patterns.map((text) => {
      const isException = text.startsWith('!')
      return {
        pattern: text
          .slice(isException ? 1 : 0)
          .replace(/^\/+/, '')
          .replace(/\/+$/, ''),
        isException,
      }
    }),
  )
  return (path) => path !== '/' && matcher.isMatched(path.slice(1))
}
