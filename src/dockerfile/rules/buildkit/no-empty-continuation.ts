import type { Rule } from '../rule.ts'

/** BuildKit's check: no empty lines in an instruction of several lines. */
export const noEmptyContinuation: Rule = {
  name: 'NoEmptyContinuation',
  category: 'buildkit',
  severity: 'warning',
  summary: 'an instruction goes on behind an empty line',
  check({ document }, report) {
    for (const { keyword, emptyContinuationLines } of document.instructions) {
      const [first, ...others] = emptyContinuationLines
      if (first === undefined) continue
      const name = keyword.value.toUpperCase()
      report({
        message: `${name} goes on behind an empty line`,
        range: first,
        cost: 'BuildKit will refuse it one day, and what follows may not be meant to be a part of it.',
        hint: `Remove the line, or the line continuation before it if ${name} is to end there.`,
        related: others.map((range) => ({ message: 'another empty line', range })),
        fix: {
          title: emptyContinuationLines.length === 1 ? 'remove the empty line' : 'remove the empty lines',
          isSafe: true,
          edits: emptyContinuationLines.map((range) => ({ range, newText: '' })),
        },
      })
    }
  },
}
