import { OperationError } from '../std/errors.ts'
import type { DocumentNode, DockerfileDocument } from './document.ts'
import type { Instruction } from './instruction.ts'
import type { TextRange } from './text-range.ts'

/** A change of a text: what stands in the range is replaced. An empty range inserts, an empty text deletes. */
export interface TextEdit {
  readonly range: TextRange
  readonly newText: string
}

/** Edits that cannot be applied together, or not to this text. */
export class EditError extends OperationError<'overlapping-edits' | 'edit-outside-of-text'> {}

/**
 * Applies edits, all of which mean the offsets of the text as it is before any of them. Everything outside of their ranges stays as
 * it is; no edits give the text itself. Texts that are inserted at one place come in the order in which they are given.
 *
 * @throws EditError `overlapping-edits` for two edits that change the same characters, or of which one inserts into what the other
 *   replaces; `edit-outside-of-text`.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end)
  const parts: string[] = []
  let at = 0
  for (const { range, newText } of sorted) {
    if (range.start < 0 || range.end > text.length || range.end < range.start) {
      throw new EditError('edit-outside-of-text', `the text has no characters ${range.start} to ${range.end}`)
    }
    if (range.start < at) {
      const hint = 'Apply them one after the other.'
      throw new EditError('overlapping-edits', `two edits change the same text at ${range.start}`, { hint })
    }
    parts.push(text.slice(at, range.start), newText)
    at = range.end
  }
  return parts.join('') + text.slice(at)
}

/** Replaces what stands in a range. */
export function replaceRange(range: TextRange, newText: string): TextEdit {
  return { range, newText }
}

/**
 * Puts lines before an instruction, with its indentation and the file's line ends. Comments directly above it stay with it where
 * `aboveComments` is set.
 *
 * @param lines One or more lines, without their ends.
 */
export function insertLinesBefore(
  document: DockerfileDocument,
  instruction: Instruction,
  lines: readonly string[],
  { aboveComments = false }: { readonly aboveComments?: boolean } = {},
): TextEdit {
  const start = aboveComments ? commentsStart(document, instruction) : instruction.lines.start
  const indentation = indentationOf(document, instruction)
  const newText = lines.map((line) => indentation + line + document.newline).join('')
  return { range: { start, end: start }, newText }
}

/**
 * Puts lines behind an instruction and its here-documents, with its indentation and the file's line ends. A file that ends without
 * a line end still does.
 *
 * @param lines One or more lines, without their ends.
 */
export function insertLinesAfter(
  document: DockerfileDocument,
  instruction: Instruction,
  lines: readonly string[],
): TextEdit {
  const { end } = instruction.lines
  const indentation = indentationOf(document, instruction)
  const indented = lines.map((line) => indentation + line)
  const hasLineEnd = document.text.charAt(end - 1) === '\n'
  const newText = hasLineEnd
    ? indented.map((line) => line + document.newline).join('')
    : indented.map((line) => document.newline + line).join('')
  return { range: { start: end, end }, newText }
}

/**
 * Takes an instruction away, in whole lines, and with it the comments directly above where `withComments` is set. Where the file
 * ends without a line end, it still does.
 */
export function deleteInstruction(
  document: DockerfileDocument,
  instruction: Instruction,
  { withComments = false }: { readonly withComments?: boolean } = {},
): TextEdit {
  const { text } = document
  const start = withComments ? commentsStart(document, instruction) : instruction.lines.start
  const { end } = instruction.lines
  const isUnterminated = end === text.length && text.charAt(end - 1) !== '\n'
  return { range: { start: isUnterminated ? beforeLineEnd(text, start) : start, end }, newText: '' }
}

/** Where the lines begin that belong together: the comments directly above an instruction, and the instruction. */
export function commentsStart({ nodes }: DockerfileDocument, instruction: Instruction): number {
  let { start } = instruction.lines
  for (let index = findNode(nodes, start) - 1; index >= 0; index -= 1) {
    const node = nodes[index]
    if (node?.kind !== 'comment') break
    start = node.lines.start
  }
  return start
}

/** The index of the node whose lines begin at an offset. */
function findNode(nodes: readonly DocumentNode[], start: number): number {
  let low = 0
  let high = nodes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((nodes[middle]?.lines.start ?? 0) < start) low = middle + 1
    else high = middle
  }
  return low
}

function indentationOf({ text }: DockerfileDocument, { lines }: Instruction): string {
  return /^[ \t]*/.exec(text.slice(lines.start, lines.end))?.[0] ?? ''
}

/** Without the line end before an offset. */
function beforeLineEnd(text: string, offset: number): number {
  if (text.charAt(offset - 1) !== '\n') return offset
  return text.charAt(offset - 2) === '\r' ? offset - 2 : offset - 1
}
