import type { TextRange } from './text-range.ts'

/**
 * A string that was read from a file and knows where each of its characters stands.
 *
 * What a Dockerfile means is rarely one piece of its text: lines are continued, quotes and escapes fall away. So a value is kept
 * beside the place it came from, and a variable in the middle of it can still be underlined, or replaced, in the file.
 */
export interface SourceString {
  readonly value: string
  /** From its first character in the file to behind its last. */
  readonly range: TextRange
  /** Where the characters do not simply follow the ones before: from `index` on they stand at `offset`. In order. */
  readonly jumps: readonly SourceJump[]
}

/** A place where a {@link SourceString} goes on elsewhere in the file. */
export interface SourceJump {
  readonly index: number
  readonly offset: number
}

/** A part of a text as it stands there. */
export function sourceString(text: string, start: number, end: number): SourceString {
  return { value: text.slice(start, end), range: { start, end }, jumps: [] }
}

/** Where the character at `index` stands in the file; for the index behind the last character, the end of the string. */
export function offsetAt(source: SourceString, index: number): number {
  if (index >= source.value.length) return source.range.end
  const jump = source.jumps[jumpsUpTo(source.jumps, index) - 1]
  return jump === undefined ? source.range.start + index : jump.offset + index - jump.index
}

/** Where the characters from `from` up to `to` stand in the file. */
export function rangeWithin(source: SourceString, from: number, to: number): TextRange {
  const start = offsetAt(source, from)
  return { start, end: to > from ? Math.max(start, offsetAt(source, to - 1) + 1) : start }
}

/** The characters from `from` up to `to`, still knowing where they stand. Takes time in proportion to the part, not the whole. */
export function sliceSource(source: SourceString, from: number, to: number = source.value.length): SourceString {
  if (from === 0 && to === source.value.length) return source
  const jumps: SourceJump[] = []
  for (let next = jumpsUpTo(source.jumps, from); next < source.jumps.length; next += 1) {
    const jump = source.jumps[next]
    if (jump === undefined || jump.index >= to) break
    jumps.push({ index: jump.index - from, offset: jump.offset })
  }
  return { value: source.value.slice(from, to), range: rangeWithin(source, from, to), jumps }
}

/** How many jumps are at or before `index`. */
function jumpsUpTo(jumps: readonly SourceJump[], index: number): number {
  let low = 0
  let high = jumps.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((jumps[middle]?.index ?? 0) <= index) low = middle + 1
    else high = middle
  }
  return low
}

/** The same characters, standing for a larger place: for one with quotes around them, say. */
export function withRange(source: SourceString, range: TextRange): SourceString {
  const isMoved = source.value !== '' && source.range.start !== range.start && source.jumps[0]?.index !== 0
  const firstJump = isMoved ? [{ index: 0, offset: source.range.start }] : []
  return { value: source.value, range, jumps: [...firstJump, ...source.jumps] }
}

/** Collects a {@link SourceString} from pieces in the order in which they stand in the file. */
export interface SourceStringBuilder {
  /** Adds characters of which the first stands at `offset` and the others follow it. */
  add(characters: string, offset: number): void
  /** Adds a part that knows where it stands. */
  addSource(part: SourceString): void
  /** @param range where the whole stands, if it is more than its characters: with its quotes, say. */
  build(range?: TextRange): SourceString
}

/** @param start where the string begins in the file, if it stays empty. */
export function sourceStringBuilder(start: number): SourceStringBuilder {
  const parts: string[] = []
  const jumps: SourceJump[] = []
  let length = 0
  let first = start
  let end = start
  const add = (characters: string, offset: number): void => {
    if (characters === '') return
    if (length === 0) first = offset
    else if (offset !== end) jumps.push({ index: length, offset })
    parts.push(characters)
    length += characters.length
    end = offset + characters.length
  }
  return {
    add,
    addSource({ value, range, jumps: inner }) {
      let from = 0
      let offset = range.start
      for (const jump of inner) {
        add(value.slice(from, jump.index), offset)
        from = jump.index
        offset = jump.offset
      }
      add(value.slice(from), offset)
    },
    build(range) {
      const built = { value: parts.join(''), range: { start: first, end }, jumps }
      return range === undefined ? built : withRange(built, range)
    },
  }
}
