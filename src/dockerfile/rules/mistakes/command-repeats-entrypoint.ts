import { quote } from '../../reading/report.ts'
import { containerCommand, execProgram, mayRunArguments } from '../facts/container-command.ts'
import type { Rule } from '../rule.ts'

/** CMD that names the program of ENTRYPOINT once more. */
export const commandRepeatsEntrypoint: Rule = {
  name: 'CommandRepeatsEntrypoint',
  category: 'mistake',
  severity: 'warning',
  summary: 'CMD names the program once more that ENTRYPOINT starts',
  check(file, report) {
    const { entrypoint, cmd } = containerCommand(file)
    const program = execProgram(entrypoint?.command)
    if (entrypoint === undefined || cmd?.command.form !== 'exec' || program?.programWord === undefined) return
    const [first] = cmd.command.arguments
    const isRepeated = first !== undefined && first.value === program.programWord.value
    if (!isRepeated || mayRunArguments(program.program)) return
    report({
      message: `${quote(first.value)} is an argument of ${quote(first.value)} here`,
      range: first.range,
      cost: 'CMD is added to what ENTRYPOINT says, so the program gets its own name, and what follows it, as arguments.',
      hint: 'Leave in CMD only the arguments that docker run may replace, or leave ENTRYPOINT out.',
      related: [{ message: 'the ENTRYPOINT', range: entrypoint.arguments.range }],
    })
  },
}
