import { fixOf } from '../edits/replace-text.ts'
import { aptInstalls } from '../facts/package-list-states.ts'
import type { Rule } from '../rule.ts'

/** `apt-get install` where no lists are. */
export const missingPackageLists: Rule = {
  name: 'MissingPackageLists',
  category: 'mistake',
  severity: 'error',
  summary: 'apt installs packages where nothing has fetched its lists',
  check(file, report) {
    for (const { stage, step, command, lists } of aptInstalls(file.stages)) {
      if (lists !== 'missing' || !stage.isNeeded || !step.isOwn || command.isConditional) continue
      const { range, words, programWord } = command
      const isPlain = words[0]?.value === programWord?.value && command.assignments.length === 0
      const isScript = step.evaluated.kind === 'run' && step.evaluated.instruction.command.form === 'shell'
      const edit = { range: { start: range.start, end: range.start }, newText: `${command.program} update && ` }
      report({
        message: `${command.program} knows no packages here: nothing has fetched its lists`,
        range: { start: programWord?.range.start ?? range.start, end: command.arguments[0]?.range.end ?? range.end },
        cost: 'It ends with "Unable to locate package": images come without the lists, and removing them in a RUN is for all that follow.',
        hint: `Write ${command.program} update && before it, in the same RUN.`,
        ...(isPlain && isScript && !command.isNested ? fixOf('fetch the lists before', 'unsafe', [edit]) : {}),
      })
    }
  },
}
