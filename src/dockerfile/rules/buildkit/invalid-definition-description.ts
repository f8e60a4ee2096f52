import { checkOptionsOf } from '../../comment-options.ts'
import { insertLinesBefore } from '../../edit.ts'
import type { Instruction } from '../../instruction.ts'
import type { SourceString } from '../../source-string.ts'
import { quote } from '../../reading/report.ts'
import { fixOf } from '../edits/replace-text.ts'
import type { Rule } from '../rule.ts'

/** BuildKit's check: the comment above an ARG or a stage describes it, and begins with its name. */
export const invalidDefinitionDescription: Rule = {
  name: 'InvalidDefinitionDescription',
  category: 'buildkit',
  severity: 'warning',
  summary: 'the comment above an ARG or a stage does not begin with its name',
  isExperimental: true,
  check({ document }, report) {
    for (const instruction of document.instructions) {
      const comment = instruction.leadingComments.at(-1)
      const defined = definitions(instruction)
      const [first, second] = defined
      if (comment === undefined || first === undefined) continue
      const [word = ''] = comment.text.value.split(' ', 1)
      if (!comment.isIndented && defined.some(({ name }) => name === word)) continue
      // An empty comment ends the comments that belong to an instruction, and with them what they ask of checks.
      const isFixable = checkOptionsOf(instruction.leadingComments) === undefined
      report({
        message: `the comment above does not begin with ${second === undefined ? quote(first.name) : 'the name of an argument'}`,
        range: first.source.range,
        cost: 'docker build --call=outline and --call=targets show such comments as descriptions.',
        hint: `Write # ${first.name} and what it is; if the comment is none, end it with an empty comment.`,
        related: [{ message: 'the comment', range: comment.range }],
        ...(isFixable
          ? fixOf('end the comment with an empty one', 'safe', [insertLinesBefore(document, instruction, ['#'])])
          : {}),
      })
    }
  },
}

interface Definition {
  readonly name: string
  readonly source: SourceString
}

function definitions(instruction: Instruction): readonly Definition[] {
  if (instruction.kind === 'arg')
    return instruction.declarations.map(({ name }) => ({ name: name.value, source: name }))
  if (instruction.kind !== 'from' || instruction.stageName === undefined || instruction.name === undefined) return []
  return [{ name: instruction.stageName, source: instruction.name }]
}
