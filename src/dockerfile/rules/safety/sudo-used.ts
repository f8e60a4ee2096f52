import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { removeWords } from '../edits/remove-word.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { isRoot } from '../facts/users.ts'
import type { Rule } from '../rule.ts'

/** Options that change nothing for root. */
const keepsRoot = /^-(?:[EHnS]+|-preserve-env|-set-home|-non-interactive|-stdin|-)$/

/** `sudo` in a RUN of root. */
export const sudoUsed: Rule = {
  name: 'SudoUsed',
  category: 'safety',
  severity: 'warning',
  summary: 'sudo, where root runs the command already',
  check(file, report) {
    const { document } = file
    for (const { step } of builtSteps(file)) {
      if (isRoot(step.user) !== true) continue
      const used = runCommands(step).flatMap((command) => sudoWords(command))
      const [range] = used.flatMap((words) => words[0]?.range ?? [])
      if (range === undefined) continue
      const edits = used.map((words) => removeWords(document, words))
      report({
        message: 'sudo has nothing to do: root runs this RUN',
        range,
        cost: 'It drops variables and takes another PATH, and it has to be in the image, where attackers look for it.',
        hint: 'Leave it out; for another user than root put USER before the RUN.',
        ...fixOf('take sudo away', 'unsafe', edits),
      })
    }
  },
}

/** sudo and its options, where it is to run something as root. Empty where it is not. */
function sudoWords({ words, wrappers, program }: ShellCommand): readonly (readonly ShellWord[])[] {
  if (wrappers[0] !== 'sudo' || program === '') return []
  const end = words.findIndex(({ value }, index) => index > 0 && !value.startsWith('-'))
  const before = words.slice(0, end)
  const isForRoot = before.every(({ value }, index) => index === 0 || keepsRoot.test(value))
  return isForRoot ? [before] : []
}
