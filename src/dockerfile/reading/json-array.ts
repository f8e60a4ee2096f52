import { offsetAt, rangeWithin, sliceSource, sourceStringBuilder, type SourceString } from '../source-string.ts'
import type { TextRange } from '../text-range.ts'
import { skipSpaces } from './characters.ts'

/**
 * What a JSON array holds: strings; or something else, which BuildKit refuses; or, as undefined, it is no JSON array at all, and
 * means what it says to a shell.
 */
export type JsonArray = { readonly elements: readonly SourceString[] } | { readonly otherElement: TextRange }

/** Reads the exec form by Go's `encoding/json`: strict JSON, and nothing behind it. */
export function readJsonArray(source: SourceString): JsonArray | undefined {
  const start = skipSpaces(source.value, 0)
  if (source.value.charAt(start) !== '[') return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(source.value.slice(start))
  } catch {
    return undefined
  }
  if (!Array.isArray(parsed)) return undefined
  const values: readonly unknown[] = parsed
  const elements: SourceString[] = []
  let at = start + 1
  for (const value of values) {
    at = skipJsonSpaces(source.value, at)
    if (typeof value !== 'string') return { otherElement: elementRange(source, at) }
    const end = stringEnd(source.value, at)
    elements.push(decodeString(source, at, end))
    // The comma, or the closing bracket.
    at = skipJsonSpaces(source.value, end) + 1
  }
  return { elements }
}

function skipJsonSpaces(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1
  return at
}

/** Behind the closing quote of the string at `from`. The text is known to be JSON. */
function stringEnd(text: string, from: number): number {
  let at = from + 1
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1
  return at + 1
}

const escapePattern = /\\(?:u([0-9a-fA-F]{4})|(.))/y
const escapedCharacters: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

function decodeString(source: SourceString, from: number, to: number): SourceString {
  const body = sliceSource(source, from + 1, to - 1)
  const text = body.value
  const builder = sourceStringBuilder(body.range.start)
  for (let at = 0; at < text.length;) {
    const backslash = text.indexOf('\\', at)
    const plainEnd = backslash === -1 ? text.length : backslash
    builder.addSource(sliceSource(body, at, plainEnd))
    at = plainEnd
    if (at === text.length) break
    escapePattern.lastIndex = at
    const [all = '', code, character = ''] = escapePattern.exec(text) ?? []
    builder.add(code === undefined ? (escapedCharacters[character] ?? character) : fromHex(code), offsetAt(body, at))
    at += Math.max(all.length, 1)
  }
  const built = builder.build(rangeWithin(source, from, to))
  // Halves of surrogate pairs become U+FFFD, one for each, so the length stays.
  return { ...built, value: built.value.toWellFormed() }
}

function fromHex(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16))
}

/** Some characters of the element that is no string, to point at. */
function elementRange(source: SourceString, from: number): TextRange {
  const end = source.value.slice(from).search(/[,\]\s]/)
  return rangeWithin(source, from, end < 1 ? from + 1 : from + end)
}
