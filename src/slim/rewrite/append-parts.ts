import type { DockerfileDocument } from '../../dockerfile/document.ts'
import { applyEdits, type TextEdit } from '../../dockerfile/edit.ts'
import type { WrittenPart } from './written-part.ts'

/** One change of a Dockerfile. */
export interface RewriteChange {
  /** Counted from 1, in the new text. */
  readonly line: number
  readonly title: string
  readonly reason: string
}

/** An edit, and what it is for. */
export interface ReasonedEdit {
  readonly edit: TextEdit
  /** By the line in what the edit writes, counted from 0. */
  readonly reasons: readonly RewriteChange[]
}

/** Lines with their comments, to be put somewhere by an edit. */
export function reasonedLines(
  parts: readonly WrittenPart[],
  edit: (lines: readonly string[]) => TextEdit,
): ReasonedEdit {
  const lines: string[] = []
  const reasons: RewriteChange[] = []
  for (const { title, comment, lines: own } of parts) {
    if (title !== undefined) reasons.push({ line: lines.length, title, reason: comment ?? '' })
    if (comment !== undefined) lines.push(`# ${comment.replaceAll(/\s+/g, ' ')}`)
    lines.push(...own)
  }
  return { edit: edit(lines), reasons }
}

/** Puts stages behind a text, with its line ends, and an empty line before each. */
export function appendStages(
  { text, newline }: DockerfileDocument,
  stages: readonly (readonly WrittenPart[])[],
): ReasonedEdit {
  const empty: WrittenPart = { title: undefined, comment: undefined, lines: [''] }
  const end = text.length
  const begin = text === '' || text.endsWith('\n') ? '' : newline
  return reasonedLines(
    stages.flatMap((parts) => (parts.length === 0 ? [] : [empty, ...parts])),
    (lines) => ({ range: { start: end, end }, newText: begin + lines.map((line) => line + newline).join('') }),
  )
}

/** Applies edits, and tells in which lines of the new text they are. Edits of one place stay in their order. */
export function applyReasoned(
  text: string,
  edits: readonly ReasonedEdit[],
): { readonly text: string; readonly changes: readonly RewriteChange[] } {
  const real = edits.filter(({ edit: { range, newText } }) => newText !== '' || range.end > range.start)
  const sorted = real.toSorted((a, b) => a.edit.range.start - b.edit.range.start || a.edit.range.end - b.edit.range.end)
  const changes: RewriteChange[] = []
  let added = 0
  for (const { edit, reasons } of sorted) {
    const { range, newText } = edit
    const isBehindText = range.start > 0 && text.charAt(range.start - 1) !== '\n'
    const beginsLine = isBehindText && /^\r?\n/.test(newText)
    const first = countLines(text.slice(0, range.start)) + added + (beginsLine ? 2 : 1)
    for (const { line, title, reason } of reasons) changes.push({ line: first + line, title, reason })
    added += countLines(newText) - countLines(text.slice(range.start, range.end))
  }
  return {
    text: applyEdits(
      text,
      real.map(({ edit }) => edit),
    ),
    changes,
  }
}

function countLines(text: string): number {
  return text.split('\n').length - 1
}
