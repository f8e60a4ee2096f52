import type { DockerfileDocument } from '../../document.ts'
import type { ShellScript } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'

/** A comment behind a command, and the continued lines that it takes with it. */
export interface SwallowedLines {
  /** To the end of its line, without the continuation. */
  readonly comment: TextRange
  /** What follows in later lines. */
  readonly lines: TextRange
}

/** What the comment at the end of a script takes with it. Undefined where nothing follows it. */
export function swallowedLines(
  { text }: DockerfileDocument,
  { trailingComment }: ShellScript,
): SwallowedLines | undefined {
  if (trailingComment === undefined) return undefined
  const { start, end } = trailingComment
  const lineEnd = text.indexOf('\n', start)
  if (lineEnd === -1 || lineEnd >= end) return undefined
  const comment = {
    start,
    end:
      start +
      text
        .slice(start, lineEnd)
        .replace(/[\\`]?[ \t]*\r?$/, '')
        .trimEnd().length,
  }
  const rest = text.slice(lineEnd + 1, end)
  const first = /^[ \t]*[^#\s]/m.exec(rest)
  if (first === null) return undefined
  return { comment, lines: { start: lineEnd + 1 + first.index + first[0].length - 1, end } }
}
