import { checkOptionsOf } from '../../comment-options.ts'
import { deleteInstruction } from '../../edit.ts'
import type { Instruction } from '../../instruction.ts'
import { fixOf } from '../edits/replace-text.ts'
import { checkedSteps, type CheckedStep } from '../facts/checked-steps.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import type { Rule } from '../rule.ts'

const name = 'MultipleInstructionsDisallowed'

/** BuildKit's check: one CMD, ENTRYPOINT and HEALTHCHECK in a stage. */
export const multipleInstructionsDisallowed: Rule = {
  name,
  category: 'buildkit',
  severity: 'warning',
  summary: 'a later instruction of the same stage takes the place of this one',
  check(file, report) {
    const previous = new Map<string, CheckedStep>()
    let current: StageFacts | undefined
    for (const checked of checkedSteps(file)) {
      if (checked.stage !== current) previous.clear()
      current = checked.stage
      const { instruction } = checked.step.evaluated
      if (!['cmd', 'entrypoint', 'healthcheck'].includes(instruction.kind)) continue
      const before = previous.get(instruction.kind)
      previous.set(instruction.kind, checked)
      if (before === undefined || isSkippedAbove(instruction)) continue
      const { keyword } = instruction
      const replaced = before.step.evaluated.instruction
      report({
        message: `another ${keyword.value} follows in this stage, and takes the place of this one`,
        ...before.at(replaced.keyword.range),
        hint: 'Remove it.',
        related: [{ message: 'the one that counts', ...checked.at(keyword.range) }],
        ...(before.step.isOwn ? fixOf('remove it', 'safe', [deleteInstruction(file.document, replaced)]) : {}),
      })
    }
  },
}

/** BuildKit looks at the comments of the later instruction, although it reports the earlier one. */
function isSkippedAbove({ leadingComments }: Instruction): boolean {
  const skip = checkOptionsOf(leadingComments)?.skip
  return skip === 'all' || skip?.includes(name) === true
}
