import type { DockerfileDocument } from '../../document.ts'
import { quote } from '../../reading/report.ts'
import type { SourceString } from '../../source-string.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, type BuiltStep } from '../facts/built-steps.ts'
import { isKnownProgram } from '../facts/program-names.ts'
import type { Rule } from '../rule.ts'

/** `CMD ["npm start"]`: the exec form looks for a program whose name has a blank in it. */
export const commandInOneString: Rule = {
  name: 'CommandInOneString',
  category: 'mistake',
  severity: 'error',
  summary: 'an exec form has a whole command in one string',
  check(file, report) {
    for (const built of builtSteps(file)) {
      const { instruction } = built.step.evaluated
      if (!('command' in instruction) || instruction.command?.form !== 'exec') continue
      const [first] = instruction.command.arguments
      if (first === undefined || !isWholeCommand(first, built)) continue
      report({
        message: `no program is called ${quote(first.value)}`,
        range: first.range,
        cost: 'The exec form takes its first string for the name of a program, so nothing is started.',
        hint: 'Give each word a string of its own, or leave the brackets out, so that a shell reads the line.',
        ...fixFor(file.document, first),
      })
    }
  },
}

function isWholeCommand({ value }: SourceString, { stage, step }: BuiltStep): boolean {
  const [program = '', ...rest] = value.trim().split(/\s+/)
  if (rest.length === 0 || stage.base.isWindows) return false
  // What CMD says is the entrypoint's business where there is one.
  const isArgument = step.evaluated.kind === 'cmd' && stage.end.entrypoint !== undefined
  return !isArgument && (isKnownProgram(program) || /^\.{0,2}\/\S+$/.test(program))
}

/** Splitting is not all where a shell would do more than that. */
function fixFor({ text }: DockerfileDocument, { range, value }: SourceString): ReturnType<typeof fixOf> {
  const words = value.trim().split(/\s+/)
  if (!words.every((word) => /^[\w./:=@,+-]+$/.test(word)) || text.charAt(range.start) !== '"') return {}
  const newText = words.map((word) => JSON.stringify(word)).join(', ')
  return fixOf('give each word a string of its own', 'unsafe', [{ range, newText }])
}
