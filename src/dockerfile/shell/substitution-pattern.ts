import { codePoints, compileGlob, matchEnd, type GlobToken } from '../matching/glob-program.ts'
import type { WorkBudget } from '../work-budget.ts'

/** In `.` of the regular expressions that BuildKit makes of these patterns: everything but this. */
const newline = 10

/** Why a pattern has no result. */
export interface PatternProblem {
  readonly code: 'bad-substitution' | 'expansion-too-large'
  readonly message: string
}

const tooCostly: PatternProblem = { code: 'expansion-too-large', message: 'the pattern takes too long to match' }

/** `${name#pattern}`, `${name##pattern}`, `${name%pattern}` and `${name%%pattern}`, by the operator. */
export function removeMatch(
  value: string,
  pattern: string,
  operator: string,
  budget: WorkBudget,
): string | PatternProblem {
  const tokens = tokenize(pattern)
  if ('code' in tokens) return tokens
  const wanted = operator.length === 2 ? 'farthest' : 'nearest'
  const codes = codePoints(value)
  budget.left -= codes.length * (tokens.length + 1)
  if (budget.left < 0) return tooCostly
  // A suffix is a prefix of the reversed text: only so can the nearest be found in one go.
  const fromEnd = operator.startsWith('%')
  const program = compileGlob(fromEnd ? tokens.toReversed() : tokens)
  const end = matchEnd(program, fromEnd ? codes.toReversed() : codes, 0, wanted) ?? 0
  return fromEnd ? toText(codes, 0, codes.length - end) : toText(codes, end)
}

/**
 * `${name/pattern/replacement}`, and all matches where `everywhere`. Go's regular expressions decide what a match is: the first,
 * and the longest from there.
 */
export function replaceMatches(
  value: string,
  pattern: string,
  replacement: string,
  everywhere: boolean,
  budget: WorkBudget,
): string | PatternProblem {
  const tokens = tokenize(pattern)
  if ('code' in tokens) return tokens
  const program = compileGlob(tokens)
  const codes = codePoints(value)
  let result = ''
  let copied = 0
  let at = 0
  while (at <= codes.length) {
    if (budget.left < (codes.length - at) * (tokens.length + 1)) return tooCostly
    const stepsBefore = program.step
    const end = matchEnd(program, codes, at, 'farthest')
    budget.left -= (program.step - stepsBefore) * (tokens.length + 1)
    if (end === undefined) {
      at += 1
      continue
    }
    const text = everywhere ? expandTemplate(replacement, toText(codes, at, end)) : replacement
    // A match of nothing directly behind another match is none.
    if (end > copied || at === 0) result += toText(codes, copied, at) + text
    else result += toText(codes, copied, at)
    copied = end
    at = Math.max(end, at + 1)
    if (!everywhere) break
  }
  return result + toText(codes, copied)
}

/** Takes a pattern apart: `*`, `?`, and the backslash that takes their meaning. Others than these it may not escape. */
function tokenize(pattern: string): readonly GlobToken[] | PatternProblem {
  const tokens: GlobToken[] = []
  const codes = codePoints(pattern)
  for (let index = 0; index < codes.length; index += 1) {
    const character = String.fromCodePoint(codes[index] ?? 0)
    const next = index + 1 < codes.length ? String.fromCodePoint(codes[index + 1] ?? 0) : ''
    if (character === '*') tokens.push({ kind: 'run', except: newline })
    else if (character === '?') tokens.push({ kind: 'any', except: newline })
    else if (character !== '\\') tokens.push({ kind: 'character', code: codes[index] ?? 0 })
    // What ends the substitution has to be escaped to be in the pattern.
    else if (next !== '}' && next !== '/') {
      if (next === '' || !'*?\\'.includes(next)) {
        return { code: 'bad-substitution', message: `\\${next} is no escape in a pattern` }
      }
      tokens.push({ kind: 'character', code: codes[index + 1] ?? 0 })
      index += 1
    }
  }
  return tokens
}

/** `$0` and `${0}` are the match, `$$` is a dollar; other names mean nothing (Go's `regexp.Expand`). */
function expandTemplate(template: string, match: string): string {
  return template.replaceAll(/\$(?:\$|[\p{L}\p{Nd}_]+|\{[\p{L}\p{Nd}_]+\})/gu, (all) => {
    if (all === '$$') return '$'
    return all === '$0' || all === '${0}' ? match : ''
  })
}

function toText(codes: Int32Array, from: number, to: number = codes.length): string {
  let text = ''
  for (let index = from; index < to; index += 4096) {
    text += String.fromCodePoint(...codes.subarray(index, Math.min(to, index + 4096)))
  }
  return text
}
