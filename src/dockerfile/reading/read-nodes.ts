import type { ReportProblem } from '../diagnostic.ts'
import type { DocumentNode } from '../document.ts'
import type { EscapeCharacter } from '../expand.ts'
import type { Instruction, InvalidInstruction } from '../instruction.ts'
import type { Comment, Heredoc } from '../instruction-parts.ts'
import { sliceSource, type SourceString } from '../source-string.ts'
import { nextSeparator, trimSource } from './characters.ts'
import { createDirectiveReader } from './directives.ts'
import { toFlags } from './flags.ts'
import { createHeredocReader, findHeredocMarkers, type HeredocReader } from './heredocs.ts'
import {
  isComment,
  physicalLine,
  readLogicalLine,
  toComment,
  type LogicalLine,
  type PhysicalLine,
} from './physical-lines.ts'
import { canHoldHeredocs, instructionName, readInstruction } from './read-instruction.ts'
import { problem, quote, type ReadingContext } from './report.ts'
import { splitInstruction } from './split-instruction.ts'

/** No keyword is longer. */
const keywordLengthMax = 40

/** Reads a file from beginning to end, line by line, in time in proportion to its length. */
export function readNodes(
  text: string,
  report: ReportProblem,
): { readonly nodes: readonly DocumentNode[]; readonly escape: EscapeCharacter } {
  const directives = createDirectiveReader(text, report)
  const heredocReader = createHeredocReader(text)
  const nodes: DocumentNode[] = []
  let comments: Comment[] = []
  let at = 0
  if (text.startsWith('\ufeff')) {
    nodes.push({ kind: 'byte-order-mark', range: { start: 0, end: 1 }, lines: { start: 0, end: 1 } })
    at = 1
  }
  while (at < text.length) {
    const line = physicalLine(text, at)
    at = line.next
    const directive = directives.read(line)
    if (directive !== undefined) {
      nodes.push(directive)
    } else if (line.textStart === line.end) {
      addBlankLine(nodes, line)
    } else if (isComment(text, line)) {
      const comment = toComment(text, line)
      nodes.push(comment)
      // BuildKit looks for the text behind the first character of the line, which here is no #.
      if (comment.text.value === '' && !comment.isIndented) comments = []
      else comments.push(comment)
    } else {
      const found = readOne(text, line, comments, { escape: directives.escape, report, heredocReader })
      nodes.push(found.instruction)
      comments = []
      at = found.next
    }
  }
  return { nodes, escape: directives.escape }
}

interface NodeContext extends ReadingContext {
  readonly heredocReader: HeredocReader
}

/** Adds a line of white space to those before it. */
function addBlankLine(nodes: DocumentNode[], line: PhysicalLine): void {
  const last = nodes.at(-1)
  const before = last?.kind === 'blank' ? nodes.pop() : undefined
  const range = { start: before?.range.start ?? line.start, end: line.end }
  nodes.push({ kind: 'blank', range, lines: { start: range.start, end: line.next } })
}

/** The instruction that begins in a line, with all lines that belong to it. */
function readOne(
  text: string,
  first: PhysicalLine,
  leadingComments: readonly Comment[],
  context: NodeContext,
): { readonly instruction: Instruction; readonly next: number } {
  const { escape } = context
  const logical = readLogicalLine(text, first, escape)
  if (logical.isTooLong) return { instruction: tooLongInstruction(logical, first, leadingComments), next: logical.next }
  const split = splitInstruction(logical.source, escape)
  if (split.openQuote !== undefined) {
    context.report(problem('unterminated-quote', 'warning', split.openQuote, 'a quote in a flag does not end'))
  }
  const mayHold = logical.source.value.includes('<<') && canHoldHeredocs(split, escape)
  const { heredocs, next } = mayHold
    ? readHeredocs(logical.source, logical.next, context)
    : { heredocs: [], next: logical.next }
  const trimmed = trimSource(logical.source).range
  const last = heredocs.at(-1)
  const end = last === undefined ? trimmed.end : (last.terminator?.end ?? last.content.range.end)
  const parts = {
    keyword: split.keyword,
    range: { start: trimmed.start, end },
    lines: { start: first.start, end: next },
    flags: toFlags(split.flagWords),
    arguments: split.arguments,
    heredocs,
    leadingComments,
    innerComments: logical.comments,
    emptyContinuationLines: logical.emptyLines,
  }
  return { instruction: readInstruction(parts, logical.source, context), next }
}

/** BuildKit refuses long lines, so there is no use in looking at millions of words. The length is reported with all lines. */
function tooLongInstruction(
  logical: LogicalLine,
  first: PhysicalLine,
  leadingComments: readonly Comment[],
): InvalidInstruction {
  const line = trimSource(logical.source)
  const keyword = sliceSource(line, 0, Math.min(nextSeparator(line.value, 0), keywordLengthMax))
  return {
    kind: 'invalid',
    name: instructionName(keyword),
    keyword,
    range: line.range,
    lines: { start: first.start, end: logical.next },
    flags: [],
    arguments: trimSource(sliceSource(line, keyword.value.length)),
    heredocs: [],
    leadingComments,
    innerComments: logical.comments,
    emptyContinuationLines: logical.emptyLines,
  }
}

/** The here-documents that an instruction announces; they follow its lines, one after the other. */
function readHeredocs(
  line: SourceString,
  start: number,
  { report, heredocReader }: NodeContext,
): { readonly heredocs: readonly Heredoc[]; readonly next: number } {
  const { markers, badMarker, problem: unreadable } = findHeredocMarkers(line)
  if (unreadable !== undefined && /<<-?[\t ]*["']?[A-Za-z_]/.test(line.value)) {
    const message = `BuildKit takes no here-document from this line: ${unreadable.message}`
    report(problem('ignored-heredoc', 'warning', unreadable.range, message))
  }
  if (badMarker !== undefined) {
    report(problem('bad-heredoc', 'error', badMarker, 'the word that ends the here-document is not quoted properly'))
  }
  const heredocs: Heredoc[] = []
  let next = start
  for (const marker of markers) {
    const body = heredocReader.read(next, marker)
    heredocs.push(body.heredoc)
    next = body.next
    if (body.heredoc.terminator === undefined) {
      const message = `the here-document ends nowhere: no line is ${quote(marker.name)}`
      const before = marker.stripsTabs
        ? 'nothing but tabs before it and nothing behind it'
        : 'nothing before or behind it'
      report(problem('unterminated-heredoc', 'error', marker.marker, message, `It has to stand alone, with ${before}.`))
      break
    }
  }
  return { heredocs, next }
}
