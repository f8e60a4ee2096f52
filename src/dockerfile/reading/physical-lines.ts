import type { Comment } from '../instruction-parts.ts'
import { sourceString, sourceStringBuilder, type SourceString } from '../source-string.ts'
import type { TextRange } from '../text-range.ts'
import { skipSpaces, trimmedEnd } from './characters.ts'

/** BuildKit reads no longer line, in bytes without its end. */
export const lineBytesMax = 65_535

/** Whether BuildKit refuses a line for its length. */
export function isLineTooLong(text: string, start: number, end: number): boolean {
  // No character takes more than three bytes for each of its units.
  return (end - start) * 3 > lineBytesMax && Buffer.byteLength(text.slice(start, end)) > lineBytesMax
}

/** A line of the file. */
export interface PhysicalLine {
  readonly start: number
  /** Before its `\n`, and every `\r` before that. */
  readonly end: number
  /** Where the next line begins. */
  readonly next: number
  /** The first character that is no white space, or `end`. */
  readonly textStart: number
}

/** The line that begins at `start`. */
export function physicalLine(text: string, start: number): PhysicalLine {
  const newline = text.indexOf('\n', start)
  const next = newline === -1 ? text.length : newline + 1
  let end = newline === -1 ? text.length : newline
  while (end > start && (text.charAt(end - 1) === '\r' || text.charAt(end - 1) === '\n')) end -= 1
  return { start, end, next, textStart: skipSpaces(text, start, end) }
}

/** Whether a line is a comment, which it is also in the middle of an instruction. */
export function isComment(text: string, line: PhysicalLine): boolean {
  return text.charAt(line.textStart) === '#' && line.textStart < line.end
}

/** The comment that a line is. */
export function toComment(text: string, line: PhysicalLine): Comment {
  const end = trimmedEnd(text, line.textStart, line.end)
  const from = skipSpaces(text, line.textStart + 1, end)
  return {
    kind: 'comment',
    range: { start: line.textStart, end },
    lines: { start: line.start, end: line.next },
    text: sourceString(text, from, end),
    isIndented: line.textStart > line.start,
  }
}

/** The lines of one instruction, joined: without comments, empty lines and the characters that continue them. */
export interface LogicalLine {
  readonly source: SourceString
  /** Where the line after it begins. */
  readonly next: number
  readonly comments: readonly Comment[]
  readonly emptyLines: readonly TextRange[]
  /** Whether one of the lines is too long to be read. */
  readonly isTooLong: boolean
}

/** Reads on from the first line of an instruction for as long as lines are continued. */
export function readLogicalLine(text: string, first: PhysicalLine, escape: string): LogicalLine {
  const builder = sourceStringBuilder(first.textStart)
  const comments: Comment[] = []
  const emptyLines: TextRange[] = []
  let next = first.next
  let isTooLong = isLineTooLong(text, first.start, first.end)
  let continued = continuedEnd(text, first.textStart, first.end, escape)
  builder.addSource(sourceString(text, first.textStart, continued ?? first.end))
  while (continued !== undefined && next < text.length) {
    const line = physicalLine(text, next)
    next = line.next
    isTooLong ||= isLineTooLong(text, line.start, line.end)
    if (isComment(text, line)) comments.push(toComment(text, line))
    else if (line.textStart === line.end) emptyLines.push({ start: line.start, end: line.next })
    else {
      continued = continuedEnd(text, line.start, line.end, escape)
      builder.addSource(sourceString(text, line.start, continued ?? line.end))
    }
  }
  return { source: builder.build(), next, comments, emptyLines, isTooLong }
}

/**
 * Where the escape character stands that continues a line, or undefined. It is the last character but for blanks and tabs, and
 * does not follow another one.
 */
function continuedEnd(text: string, start: number, end: number, escape: string): number | undefined {
  let at = end
  while (at > start && (text.charAt(at - 1) === ' ' || text.charAt(at - 1) === '\t')) at -= 1
  if (at === start || text.charAt(at - 1) !== escape) return undefined
  return at - 1 > start && text.charAt(at - 2) === escape ? undefined : at - 1
}
