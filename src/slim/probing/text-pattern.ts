import { diffArrays } from 'diff'

/** What several texts have in common, in order, and what each has between. */
export interface TextPattern {
  /** One more than there are gaps; the first and the last may be empty, and so may not those between. */
  readonly segments: readonly (readonly string[])[]
  /** Of each gap: what each of the texts has there. */
  readonly gaps: readonly (readonly string[])[]
}

/** Where a text does not fit. */
export interface TextMismatch {
  readonly expected: string
  readonly found: string
}

const editsMax = 4000
const shownCharactersMax = 80
/** A gap may be longer than it was in any run before, but not of another length. */
const gapGrowthMax = 4
const gapCharactersMin = 64

/** Finds what texts have in common; undefined where that is too little to say where anything else stands. */
export function findPattern(texts: readonly string[]): TextPattern | undefined {
  const [base, ...others] = texts.map(tokens)
  if (base === undefined) return undefined
  const isCommon = base.map(() => true)
  // Before which tokens another text has something more.
  const breaks = new Set<number>()
  for (const other of others) {
    const changes = diffArrays([...base], [...other], { maxEditLength: editsMax })
    if (changes === undefined) return undefined
    let at = 0
    for (const { added, removed, count } of changes) {
      if (added) breaks.add(at)
      else if (removed) isCommon.fill(false, at, at + count)
      if (!added) at += count
    }
  }
  const segments = joined(cut(base, isCommon, breaks))
  const matches = texts.map((text) => gapsOf(segments, tokens(text)))
  const found = matches.filter((match) => match.kind === 'gaps').map(({ gaps }) => gaps)
  if (found.length < texts.length) return undefined
  return { segments, gaps: segments.slice(1).map((_, index) => found.map((gaps) => gaps[index] ?? '')) }
}

/** Where a text has something else than what others have in common, or has in a gap what cannot stand there; undefined: it fits. */
export function findMismatch({ segments, gaps }: TextPattern, text: string): TextMismatch | undefined {
  const match = gapsOf(segments, tokens(text))
  if (match.kind === 'mismatch') return match.mismatch
  for (const [index, values] of gaps.entries()) {
    const found = match.gaps[index] ?? ''
    if (!isAlike(values, found)) return { expected: shown(values[0] ?? ''), found: shown(found) }
  }
  return undefined
}

/** What looks drawn at random, words, spaces, and each other character by itself. The bounds keep long lines of dashes cheap. */
const tokenPattern =
  /(?=[\w+/=-]{0,200}\d)(?=[\w+/=-]{0,200}[A-Za-z])[\w+/=-]{20,200}|[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu

function tokens(text: string): readonly string[] {
  return text.match(tokenPattern) ?? []
}

function cut(
  base: readonly string[],
  isCommon: readonly boolean[],
  breaks: ReadonlySet<number>,
): readonly (readonly string[])[] {
  const segments: string[][] = [[]]
  let isInGap = false
  for (const [index, token] of base.entries()) {
    if (isCommon[index] !== true || breaks.has(index)) {
      if (!isInGap) segments.push([])
      isInGap = true
    }
    if (isCommon[index] !== true) continue
    isInGap = false
    segments.at(-1)?.push(token)
  }
  if (!isInGap && breaks.has(base.length)) segments.push([])
  return segments
}

/** What two gaps have between them by chance, such as a point or a slash, belongs to the gap. */
function joined(segments: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const last = segments.length - 1
  return segments.filter((segment, index) => index === 0 || index === last || segment.some(isTelling))
}

function isTelling(token: string): boolean {
  return /\p{L}{3}|\n/u.test(token)
}

type GapMatch =
  | { readonly kind: 'gaps'; readonly gaps: readonly string[] }
  | { readonly kind: 'mismatch'; readonly mismatch: TextMismatch }

function gapsOf(segments: readonly (readonly string[])[], text: readonly string[]): GapMatch {
  const [first = [], ...rest] = segments
  const differs = differingAt(first, text, 0)
  if (differs !== undefined) return mismatch(first.slice(differs), text.slice(differs))
  let at = first.length
  const gaps: string[] = []
  for (const [index, segment] of rest.entries()) {
    const isLast = index === rest.length - 1
    const found = isLast ? endOf(segment, text, at) : findFrom(segment, text, at)
    if (found === undefined) return mismatch(segment, text.slice(at))
    gaps.push(text.slice(at, found).join(''))
    at = found + segment.length
  }
  return at === text.length ? { kind: 'gaps', gaps } : mismatch([], text.slice(at))
}

function mismatch(expected: readonly string[], found: readonly string[]): GapMatch {
  return { kind: 'mismatch', mismatch: { expected: shown(expected.join('')), found: shown(found.join('')) } }
}

function differingAt(segment: readonly string[], text: readonly string[], at: number): number | undefined {
  const index = segment.findIndex((token, offset) => text[at + offset] !== token)
  return index === -1 ? undefined : index
}

function endOf(segment: readonly string[], text: readonly string[], from: number): number | undefined {
  const at = text.length - segment.length
  return at >= from && differingAt(segment, text, at) === undefined ? at : undefined
}

function findFrom(segment: readonly string[], text: readonly string[], from: number): number | undefined {
  const [first] = segment
  if (first === undefined) return from
  for (let at = text.indexOf(first, from); at !== -1; at = text.indexOf(first, at + 1)) {
    if (differingAt(segment, text, at) === undefined) return at
  }
  return undefined
}

const kinds: readonly RegExp[] = [/^[\d.,]+$/, /^[\da-f-]+$/i, /^\S+$/]
const trouble = /(?:error|exception)\b|\b(?:null|undefined|NaN|not found|cannot|failed)\b/i

/** Whether something may stand where other runs had these values: of the same kind, of a like length, and no complaint. */
function isAlike(values: readonly string[], found: string): boolean {
  if (values.every((value) => value !== '') && found === '') return false
  const longest = Math.max(...values.map(({ length }) => length))
  if (found.length > gapGrowthMax * longest + gapCharactersMin) return false
  if (trouble.test(found) && !values.some((value) => trouble.test(value))) return false
  return kinds.every((kind) => found === '' || kind.test(found) || !values.every((value) => kind.test(value)))
}

function shown(text: string): string {
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text
}
