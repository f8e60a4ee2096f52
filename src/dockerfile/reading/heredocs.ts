import { instructionNames } from '../instruction.ts'
import type { Heredoc } from '../instruction-parts.ts'
import { rangeWithin, sliceSource, sourceString, sourceStringBuilder, type SourceString } from '../source-string.ts'
import type { TextRange } from '../text-range.ts'
import { isWordProblem, parseWord, type WordPart, type WordProblem } from '../shell/word-syntax.ts'
import { evaluateWord, type SplitWord } from '../shell/word-value.ts'
import { createWorkBudget } from '../work-budget.ts'
import { physicalLine } from './physical-lines.ts'

/** A here-document as an instruction announces it. */
export type HeredocMarker = Omit<Heredoc, 'content' | 'terminator'>

/** The announcements in an instruction, or why BuildKit finds none although there may be some. */
export interface MarkerSearch {
  readonly markers: readonly HeredocMarker[]
  /** A word that begins like a here-document and has no name that could end it. */
  readonly badMarker: TextRange | undefined
  /** Why the line cannot be taken apart, so that nothing in it counts. */
  readonly problem: (WordProblem & { readonly range: TextRange }) | undefined
}

/** The escape character does not matter here: BuildKit always takes the backslash. */
const escape = '\\'

/** The announcements of here-documents in the joined line of an instruction (BuildKit's `heredocsFromLine`). */
export function findHeredocMarkers(line: SourceString): MarkerSearch {
  const parts = parseWord(line.value, { escape, quotes: true })
  if (isWordProblem(parts)) {
    const problem = { ...parts, range: rangeWithin(line, parts.start, parts.end) }
    return { markers: [], badMarker: undefined, problem }
  }
  const markers: HeredocMarker[] = []
  for (const word of splitKeeping(parts, { quotes: true, escapes: true })) {
    const range = rangeWithin(line, word.start, word.end)
    const marker = parseHeredocMarker(word.text, range)
    if (marker === 'bad') return { markers, badMarker: range, problem: undefined }
    if (marker !== undefined) markers.push(marker)
  }
  return { markers, badMarker: undefined, problem: undefined }
}

/** Reads one word as `<<NAME`. Undefined where it is something else; `bad` where its quotes do not end. */
export function parseHeredocMarker(word: string, marker: TextRange): HeredocMarker | 'bad' | undefined {
  const [beginning = '', digits = '', dash] = /^([0-9]*)<<(-?)[\t\n\f\r ]*/.exec(word) ?? []
  const rest = word.slice(beginning.length)
  if (beginning === '' || rest === '' || rest.includes('<')) return undefined
  const parts = parseWord(rest, { escape, quotes: true })
  if (isWordProblem(parts)) return 'bad'
  const [plain, ...others] = splitKeeping(parts, { quotes: false, escapes: false })
  const [raw] = splitKeeping(parts, { quotes: true, escapes: false })
  if (plain === undefined || raw === undefined || others.length > 0) return undefined
  const isQuoted = countQuotes(plain.text) !== countQuotes(raw.text)
  const fileDescriptor = digits.length > 15 ? 0 : Number(digits)
  return { name: plain.text, marker, fileDescriptor, expands: !isQuoted, stripsTabs: dash === '-' }
}

function countQuotes(text: string): number {
  return text.replaceAll(/[^'"]/g, '').length
}

/** The words of a line in which no variable has a value. */
function splitKeeping(
  parts: readonly WordPart[],
  keep: { readonly quotes: boolean; readonly escapes: boolean },
): readonly SplitWord[] {
  return evaluateWord(parts, {
    escape,
    keepQuotes: keep.quotes,
    keepEscapes: keep.escapes,
    keepUnset: true,
    variables: () => undefined,
    lengthMax: Number.POSITIVE_INFINITY,
    budget: createWorkBudget(),
  }).words
}

/** Reads the lines of here-documents. */
export interface HeredocReader {
  /** Reads those of one, which begin at `start`. */
  read(start: number, marker: HeredocMarker): { readonly heredoc: Heredoc; readonly next: number }
}

/** What follows a here-document without end is taken to begin where a line looks like an instruction. */
const instructionPattern = new RegExp(`(?:${instructionNames.join('|')})[ \\t]`, 'y')

/** A reader for one file. However many here-documents have no end, the file is searched for ends once. */
export function createHeredocReader(text: string): HeredocReader {
  const lastLines = { exact: new Map<string, number>(), withoutTabs: new Map<string, number>(), areKnown: false }

  function hasEnd(start: number, { name, stripsTabs }: HeredocMarker): boolean {
    for (let at = 0; !lastLines.areKnown && at < text.length;) {
      const line = physicalLine(text, at)
      lastLines.exact.set(text.slice(line.start, line.end), line.start)
      lastLines.withoutTabs.set(text.slice(skipTabs(text, line.start, line.end), line.end), line.start)
      at = line.next
    }
    lastLines.areKnown = true
    return ((stripsTabs ? lastLines.withoutTabs : lastLines.exact).get(name) ?? -1) >= start
  }

  return {
    read(start, marker) {
      const isTerminated = hasEnd(start, marker)
      let at = start
      while (at < text.length) {
        const line = physicalLine(text, at)
        const from = marker.stripsTabs ? skipTabs(text, line.start, line.end) : line.start
        if (isTerminated && line.end - from === marker.name.length && text.startsWith(marker.name, from)) {
          const terminator = { start: from, end: line.end }
          return { heredoc: { ...marker, content: sourceString(text, start, at), terminator }, next: line.next }
        }
        instructionPattern.lastIndex = line.start
        if (!isTerminated && instructionPattern.test(text)) break
        at = line.next
      }
      return { heredoc: { ...marker, content: sourceString(text, start, at), terminator: undefined }, next: at }
    },
  }
}

function skipTabs(text: string, start: number, end: number): number {
  let at = start
  while (at < end && text.charAt(at) === '\t') at += 1
  return at
}

/** The text of a here-document without the tabs that `<<-` leaves out. */
export function heredocText(heredoc: Heredoc): SourceString {
  if (!heredoc.stripsTabs) return heredoc.content
  const { content } = heredoc
  const builder = sourceStringBuilder(content.range.start)
  let keptFrom = 0
  for (const { index, 0: tabs } of content.value.matchAll(/(?<![^\n])\t+/g)) {
    builder.addSource(sliceSource(content, keptFrom, index))
    keptFrom = index + tabs.length
  }
  builder.addSource(sliceSource(content, keptFrom))
  return builder.build(content.range)
}
