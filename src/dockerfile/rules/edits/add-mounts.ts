import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { RunInstruction } from '../../instruction.ts'

/** A mount is put into the line of the RUN if the line gets no longer than this. */
const columnsMax = 100

/**
 * Puts mounts behind the keyword of a RUN: one in the same line where there is room, several in lines of their own, indented as the
 * following lines are.
 *
 * @param mounts `--mount=type=cache,target=/root/.npm`
 */
export function addMounts(document: DockerfileDocument, run: RunInstruction, mounts: readonly string[]): TextEdit {
  const { text, escape, newline } = document
  const { end } = run.keyword.range
  const lineStart = text.lastIndexOf('\n', end) + 1
  const lineEnd = text.indexOf('\n', end)
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd).trimEnd()
  const joined = mounts.join(' ')
  const isShort = mounts.length === 1 && line.length + joined.length < columnsMax
  const rest = text.slice(end, lineStart + line.length).trim()
  if (isShort || run.heredocs.length > 0) return { range: { start: end, end }, newText: ` ${joined}` }
  const outer = /^[ \t]*/.exec(line)?.[0] ?? ''
  const next = /^[ \t]*(?=[^\s#])/.exec(text.slice(lineEnd + 1, lineEnd + 200))?.[0]
  const isContinued = lineEnd !== -1 && lineEnd < run.range.end
  const indentation = isContinued && next !== undefined && next !== '' ? next : `${outer}    `
  const separator = ` ${escape}${newline}${indentation}`
  if (rest === escape) return { range: { start: end, end }, newText: ` ${mounts.join(separator)}` }
  const blanks = /^[ \t]*/.exec(text.slice(end, lineStart + line.length))?.[0].length ?? 0
  return { range: { start: end, end: end + blanks }, newText: ` ${mounts.join(separator)}${separator}` }
}
