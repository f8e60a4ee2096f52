import {
  codePoints,
  compileGlob,
  matchesBeginning,
  matchesWhole,
  type GlobProgram,
  type GlobToken,
} from './glob-program.ts'

const slash = 47

/** A pattern for paths by the rules of moby/patternmatcher, ready to be tried. */
export type PathPattern =
  | { readonly kind: 'exact' | 'prefix' | 'suffix'; readonly text: string }
  /** With the text at both ends that is no wildcard: most paths can be told by it. */
  | { readonly kind: 'wildcards'; readonly program: GlobProgram; readonly beginning: string; readonly ending: string }

/**
 * Prepares a pattern: `*` and `?` for anything but `/`, `[a-z]` and `[^a-z]`, `\` before a character that means itself, and `**`
 * for any number of folders. `**` in front of something without wildcards stands for any beginning at all, as there.
 *
 * @param pattern A path without `.`, `..` and doubled slashes.
 * @returns undefined for brackets that do not end, or hold nothing, and for a backslash at the end (Go's `filepath.Match`).
 */
export function compilePathPattern(pattern: string): PathPattern | undefined {
  const tokens = tokenize(pattern)
  if (tokens === undefined) return undefined
  const special = /[*?[\]\\]/
  if (!special.test(pattern)) return { kind: 'exact', text: pattern }
  if (pattern.endsWith('**') && !special.test(pattern.slice(0, -2)))
    return { kind: 'prefix', text: pattern.slice(0, -2) }
  if (pattern.startsWith('**') && !special.test(pattern.slice(2))) return { kind: 'suffix', text: pattern.slice(2) }
  const beginning = literalText(tokens)
  const ending = literalText(tokens.toReversed()).split('').toReversed().join('')
  return { kind: 'wildcards', program: compileGlob(tokens), beginning, ending }
}

/** What the first tokens say to the letter, as far as each is one UTF-16 unit. */
function literalText(tokens: readonly GlobToken[]): string {
  let text = ''
  for (const token of tokens) {
    if (token.kind !== 'character' || token.code > 0xffff) return text
    text += String.fromCharCode(token.code)
  }
  return text
}

/** A path in the two forms in which patterns look at it. */
export class PathText {
  readonly path: string
  #codes: Int32Array | undefined

  constructor(path: string) {
    this.path = path
  }

  get codes(): Int32Array {
    this.#codes ??= codePoints(this.path)
    return this.#codes
  }
}

/** Whether a pattern matches the whole path. */
export function matchesPath(pattern: PathPattern, text: PathText): boolean {
  const { path } = text
  switch (pattern.kind) {
    case 'exact':
      return path === pattern.text
    case 'prefix':
      return path.startsWith(pattern.text)
    case 'suffix':
      return path.endsWith(pattern.text) || pattern.text === `/${path}`
    case 'wildcards':
      return (
        path.startsWith(pattern.beginning) && path.endsWith(pattern.ending) && matchesWhole(pattern.program, text.codes)
      )
  }
}

/** Whether a pattern may match something inside of a folder. */
export function matchesInside(pattern: PathPattern, folder: string): boolean {
  const beginning = `${folder}/`
  switch (pattern.kind) {
    case 'exact':
      return pattern.text.startsWith(beginning)
    case 'prefix':
      return pattern.text.startsWith(beginning) || beginning.startsWith(pattern.text)
    case 'suffix':
      return true
    case 'wildcards':
      return matchesBeginning(pattern.program, codePoints(beginning))
  }
}

function tokenize(pattern: string): readonly GlobToken[] | undefined {
  const tokens: GlobToken[] = []
  let at = 0
  while (at < pattern.length) {
    const character = pattern.charAt(at)
    if (pattern.startsWith('**', at)) {
      at += pattern.startsWith('**/', at) ? 3 : 2
      tokens.push(at === pattern.length ? { kind: 'run', except: -1 } : { kind: 'folders' })
    } else if (character === '[') {
      const found = readClass(pattern, at + 1)
      if (found === undefined) return undefined
      tokens.push(found.token)
      at = found.end
    } else if (character === '*' || character === '?') {
      tokens.push({ kind: character === '*' ? 'run' : 'any', except: slash })
      at += 1
    } else {
      const literal = readCharacter(pattern, at)
      if (literal === undefined) return undefined
      tokens.push({ kind: 'character', code: literal.code })
      at = literal.end
    }
  }
  return tokens
}

interface LiteralCharacter {
  readonly code: number
  readonly end: number
}

/** One character, or the one behind a backslash. */
function readCharacter(pattern: string, from: number): LiteralCharacter | undefined {
  const at = pattern.charAt(from) === '\\' ? from + 1 : from
  const code = pattern.codePointAt(at)
  return code === undefined ? undefined : { code, end: at + (code > 0xffff ? 2 : 1) }
}

/** What stands in brackets: at least one character or range. */
function readClass(pattern: string, from: number): { readonly token: GlobToken; readonly end: number } | undefined {
  const negated = pattern.charAt(from) === '^'
  const ranges: (readonly [number, number])[] = []
  let at = negated ? from + 1 : from
  while (pattern.charAt(at) !== ']' || ranges.length === 0) {
    const low = readRangeEnd(pattern, at)
    if (low === undefined) return undefined
    const high = pattern.charAt(low.end) === '-' ? readRangeEnd(pattern, low.end + 1) : low
    if (high === undefined) return undefined
    ranges.push([low.code, high.code])
    at = high.end
  }
  return { token: { kind: 'class', negated, ranges }, end: at + 1 }
}

/** A character of a range. Something has to follow it: at least the closing bracket. */
function readRangeEnd(pattern: string, at: number): LiteralCharacter | undefined {
  const first = pattern.charAt(at)
  if (first === '' || first === '-' || first === ']') return undefined
  const found = readCharacter(pattern, at)
  return found === undefined || found.end >= pattern.length ? undefined : found
}
