import { offsetAt, sliceSource, sourceStringBuilder, type SourceString } from '../source-string.ts'
import type { TextRange } from '../text-range.ts'
import { isSeparatorAt, nextSeparator, skipSeparators, trimSource } from './characters.ts'

/** An instruction's line, taken apart as far as all instructions are alike. */
export interface SplitInstruction {
  readonly keyword: SourceString
  /** The words that begin with `--`, without quotes and escapes. */
  readonly flagWords: readonly SourceString[]
  /** What follows the flags, without white space at the ends. */
  readonly arguments: SourceString
  /** A quote in a flag that does not end. BuildKit takes it to end with the line. */
  readonly openQuote: TextRange | undefined
}

/** Takes keyword, flags and arguments apart (BuildKit's `splitCommand`). */
export function splitInstruction(line: SourceString, escape: string): SplitInstruction {
  const trimmed = trimSource(line)
  const text = trimmed.value
  const end = nextSeparator(text, 0)
  const keyword = sliceSource(trimmed, 0, end)
  let at = skipSeparators(text, end)
  const flagWords: SourceString[] = []
  let openQuote: TextRange | undefined
  while (text.startsWith('--', at)) {
    const flag = readFlagWord(trimmed, at, escape)
    openQuote ??= flag.openQuote
    at = skipSeparators(text, flag.end)
    // Two dashes alone end the flags, but not where nothing follows them.
    if (flag.word.value === '--') break
    flagWords.push(flag.word)
  }
  return { keyword, flagWords, arguments: trimSource(sliceSource(trimmed, at)), openQuote }
}

interface FlagWord {
  readonly word: SourceString
  readonly end: number
  readonly openQuote: TextRange | undefined
}

/** One flag, up to white space that is neither quoted nor escaped. */
function readFlagWord(line: SourceString, from: number, escape: string): FlagWord {
  const text = line.value
  const builder = sourceStringBuilder(offsetAt(line, from))
  let quoteOpen = ''
  let quoteStart = from
  let keptFrom = from
  let at = from
  const leaveOut = (): void => {
    builder.addSource(sliceSource(line, keptFrom, at))
    keptFrom = at + 1
  }
  while (at < text.length) {
    const character = text.charAt(at)
    if (quoteOpen === '' && isSeparatorAt(text, at)) break
    if (character === escape) {
      leaveOut()
      at += 1
    } else if (character === quoteOpen) {
      leaveOut()
      quoteOpen = ''
    } else if (quoteOpen === '' && (character === "'" || character === '"')) {
      leaveOut()
      quoteOpen = character
      quoteStart = at
    }
    at += 1
  }
  const end = Math.min(at, text.length)
  builder.addSource(sliceSource(line, keptFrom, Math.max(keptFrom, end)))
  const range = { start: offsetAt(line, from), end: offsetAt(line, end - 1) + 1 }
  const openQuote = quoteOpen === '' ? undefined : { start: offsetAt(line, quoteStart), end: range.end }
  return { word: builder.build(range), end, openQuote }
}
