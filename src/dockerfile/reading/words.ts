import { sliceSource, type SourceString } from '../source-string.ts'
import { isSpaceAt, skipSpaces } from './characters.ts'

/**
 * The words of ARG, ENV and LABEL: separated by white space that is neither quoted nor escaped. Quotes and escapes stay in them
 * (BuildKit's `parseWords`).
 */
export function splitWords(source: SourceString, escape: string): readonly SourceString[] {
  const text = source.value
  const words: SourceString[] = []
  let at = skipSpaces(text, 0)
  while (at < text.length) {
    const end = wordEnd(text, at, escape)
    if (end > at) words.push(sliceSource(source, at, end))
    at = skipSpaces(text, text.charAt(end) === escape ? text.length : end)
  }
  return words
}

/** Behind the last character of the word that begins at `from`. An escape character at the end of the text is not part of it. */
function wordEnd(text: string, from: number, escape: string): number {
  let quoteOpen = ''
  let at = from
  while (at < text.length) {
    const character = text.charAt(at)
    if (quoteOpen === '' && isSpaceAt(text, at)) return at
    if (character === escape && quoteOpen !== "'") {
      if (at + 1 === text.length) return at
      at += 2
      continue
    }
    if (character === quoteOpen) quoteOpen = ''
    else if (quoteOpen === '' && (character === "'" || character === '"')) quoteOpen = character
    at += 1
  }
  return text.length
}
