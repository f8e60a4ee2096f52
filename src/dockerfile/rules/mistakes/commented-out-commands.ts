import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps } from '../facts/built-steps.ts'
import { swallowedLines, type SwallowedLines } from '../facts/swallowed-lines.ts'
import type { Rule } from '../rule.ts'

/** A comment behind a command that goes on in the next line: to the shell, all that follows is part of the comment. */
export const commentedOutCommands: Rule = {
  name: 'CommentedOutCommands',
  category: 'mistake',
  severity: 'error',
  summary: 'a comment takes the following lines of a command with it',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      const script = step.script()
      const swallowed = script === undefined ? undefined : swallowedLines(file.document, script)
      if (swallowed === undefined) continue
      report({
        message: 'the lines behind this comment are part of it, and are not run',
        range: swallowed.comment,
        cost: 'Continued lines are one line to the shell, and a # in it makes a comment of all that follows.',
        hint: 'Give the comment a line of its own: the builder takes such lines out before the shell sees them.',
        related: [{ message: 'is not run', range: swallowed.lines }],
        ...fixOf('give the comment a line of its own', 'unsafe', [ownLine(file.document, swallowed)]),
      })
    }
  },
}

function ownLine({ text, escape, newline }: DockerfileDocument, { comment, lines }: SwallowedLines): TextEdit {
  const lineEnd = text.indexOf('\n', comment.start)
  const lineStart = text.lastIndexOf('\n', comment.start) + 1
  const before = text.slice(lineStart, comment.start)
  const indentation = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', lines.start) + 1))?.[0] ?? ''
  const end = text.charAt(lineEnd - 1) === '\r' ? lineEnd - 1 : lineEnd
  const start = lineStart + before.trimEnd().length
  return {
    range: { start, end },
    newText: ` ${escape}${newline}${indentation}${text.slice(comment.start, comment.end)}`,
  }
}
