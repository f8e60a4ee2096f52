import { runScript } from '../../run-script.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps } from '../facts/built-steps.ts'
import type { Rule } from '../rule.ts'

/** A here-document of RUN whose lines end as those of Windows do: the carriage returns are part of the script. */
export const carriageReturnInScript: Rule = {
  name: 'CarriageReturnInScript',
  category: 'mistake',
  severity: 'error',
  summary: 'a here-document has line ends that a shell takes for a part of its words',
  check(file, report) {
    const { text } = file.document
    for (const { stage, step } of builtSteps(file)) {
      const { instruction } = step.evaluated
      if (instruction.kind !== 'run' || stage.base.isWindows || runScript(instruction).kind === 'program') continue
      const first = instruction.heredocs.find(({ content }) => content.value.includes('\r\n'))
      if (first === undefined) continue
      const contents = instruction.heredocs.map(({ content: { range } }) => ({
        range,
        newText: text.slice(range.start, range.end).replaceAll('\r\n', '\n'),
      }))
      report({
        message: 'each line of this here-document ends with a carriage return',
        range: first.marker,
        cost: 'The builder leaves it in the text, so the last word of each line has one more character: "update\\r" is no command.',
        hint: 'Save the file with the line ends of Unix; .gitattributes keeps them with: Dockerfile text eol=lf.',
        ...fixOf('take the carriage returns away', 'unsafe', contents),
      })
    }
  },
}
