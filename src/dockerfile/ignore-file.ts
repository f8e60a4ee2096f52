import { posix } from 'node:path'
import type { Diagnostic } from './diagnostic.ts'
import { sourceString } from './source-string.ts'
import type { TextRange } from './text-range.ts'
import { compilePathPattern } from './matching/path-pattern.ts'
import { trimSource } from './reading/characters.ts'
import { physicalLine } from './reading/physical-lines.ts'
import { problem, quote } from './reading/report.ts'

/** A line of a `.dockerignore` that says what to leave out, or what to take nevertheless. */
export interface IgnorePattern {
  /** The path with wildcards, from the root of the context on: no `!`, no `/` in front, nothing to be cleaned. */
  readonly pattern: string
  /** `!`: what it matches is taken although a line above leaves it out. */
  readonly isException: boolean
  /** The line's text without white space at the ends. */
  readonly range: TextRange
}

/**
 * Reads a `.dockerignore` or `Dockerfile.dockerignore` as moby/patternmatcher's `ignorefile` does: a line is a comment if its very
 * first character is `#`; white space at both ends does not count; paths are cleaned (Go's `filepath.Clean`).
 *
 * Never throws. BuildKit refuses the file because of a bad pattern; here it is left out, with a diagnostic.
 */
export function parseIgnoreFile(text: string): {
  readonly patterns: readonly IgnorePattern[]
  readonly diagnostics: readonly Diagnostic[]
} {
  const patterns: IgnorePattern[] = []
  const diagnostics: Diagnostic[] = []
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (at < text.length) {
    const line = physicalLine(text, at)
    at = line.next
    if (text.charAt(line.start) === '#') continue
    const { value, range } = trimSource(sourceString(text, line.start, line.end))
    if (value === '') continue
    const { pattern, isException } = cleanPattern(value)
    if (pattern !== '' && compilePathPattern(pattern) !== undefined) {
      patterns.push({ pattern, isException, range })
      continue
    }
    const message = pattern === '' ? 'nothing follows the !' : `${quote(value)} is no pattern`
    const hint = pattern === '' ? 'Name what to take after all.' : 'Close the brackets, or write \\[ for the character.'
    diagnostics.push(problem('bad-pattern', 'error', range, message, hint))
  }
  return { patterns, diagnostics }
}

/** The two cleanings that a line goes through: once without its `!`, and once with it. */
function cleanPattern(line: string): { readonly pattern: string; readonly isException: boolean } {
  const isInverted = line.startsWith('!')
  const written = (isInverted ? line.slice(1) : line).trim()
  const cleaned = written === '' ? '' : cleanPath(written)
  const relative = cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned
  const again = cleanPath((isInverted ? `!${relative}` : relative).trim())
  const isException = again.startsWith('!')
  return { pattern: isException ? again.slice(1) : again, isException }
}

/** Go's `filepath.Clean`. */
function cleanPath(path: string): string {
  const normal = posix.normalize(path)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}
