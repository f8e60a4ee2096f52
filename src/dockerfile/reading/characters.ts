import { sliceSource, type SourceString } from '../source-string.ts'

/** What Go's `unicode.IsSpace` calls white space, beyond ASCII. JavaScript's `\s` is another set: it lacks U+0085 and has U+FEFF. */
const wideSpaces: ReadonlySet<number> = new Set([
  0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028,
  0x2029, 0x202f, 0x205f, 0x3000,
])

/** Whether there is white space at an index of a text, to BuildKit where it looks at Unicode. */
export function isSpaceAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return code <= 32 ? code === 32 || (code >= 9 && code <= 13) : code > 127 && wideSpaces.has(code)
}

/** Whether words end at an index where BuildKit looks at ASCII only: between an instruction and its arguments. */
export function isSeparatorAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return code === 32 || (code >= 9 && code <= 13 && code !== 10)
}

/** The first index from `from` on at which `text` has no ASCII white space. */
export function skipSeparators(text: string, from: number): number {
  let index = from
  while (index < text.length && isSeparatorAt(text, index)) index += 1
  return index
}

/** The end of the word that begins at `from`: the next ASCII white space, or the end of the text. */
export function nextSeparator(text: string, from: number): number {
  let index = from
  while (index < text.length && !isSeparatorAt(text, index)) index += 1
  return index
}

/** The first index from `from` up to `to` at which `text` has no white space, or `to`. */
export function skipSpaces(text: string, from: number, to: number = text.length): number {
  let index = from
  while (index < to && isSpaceAt(text, index)) index += 1
  return index
}

/** The least end from `from` on behind which `text` has white space only. */
export function trimmedEnd(text: string, from: number, to: number = text.length): number {
  let end = to
  while (end > from && isSpaceAt(text, end - 1)) end -= 1
  return end
}

/** Without white space at both ends (Go's `strings.TrimSpace`). */
export function trimSource(source: SourceString): SourceString {
  const start = skipSpaces(source.value, 0)
  return sliceSource(source, start, trimmedEnd(source.value, start))
}

/** The words between runs of ASCII white space. None for an empty string. */
export function splitAtSeparators(source: SourceString): readonly SourceString[] {
  const words: SourceString[] = []
  const text = source.value
  for (let start = skipSeparators(text, 0); start < text.length;) {
    const end = nextSeparator(text, start)
    words.push(sliceSource(source, start, end))
    start = skipSeparators(text, end)
  }
  return words
}

/** A boolean as Go's `strconv.ParseBool` reads it, or undefined. */
export function parseBoolean(text: string): boolean | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? false : undefined
}
