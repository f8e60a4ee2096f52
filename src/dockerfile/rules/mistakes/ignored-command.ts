import { containerCommand, shellInExecForm, usesArguments } from '../facts/container-command.ts'
import type { CommandInstruction } from '../../instruction.ts'
import type { Rule } from '../rule.ts'

/** CMD behind an ENTRYPOINT whose shell does not look at it. */
export const ignoredCommand: Rule = {
  name: 'IgnoredCommand',
  category: 'mistake',
  severity: 'warning',
  summary: 'ENTRYPOINT starts a shell that takes no notice of CMD',
  check(file, report) {
    const { entrypoint, cmd } = containerCommand(file)
    if (entrypoint === undefined || cmd === undefined || !ignoresArguments(entrypoint)) return
    const { command } = cmd
    const isEmpty = command.form === 'exec' ? command.arguments.length === 0 : command.text.value === ''
    if (isEmpty) return
    report({
      message: 'ENTRYPOINT takes no notice of this CMD',
      range: command.form === 'exec' ? cmd.arguments.range : command.text.range,
      cost: 'Its shell runs one script and ignores all that follows; so it does with the arguments of docker run.',
      hint: 'Write ENTRYPOINT as a JSON array of the program and its arguments; CMD is added to them then.',
      related: [{ message: 'the ENTRYPOINT', range: entrypoint.keyword.range }],
    })
  },
}

function ignoresArguments({ command }: CommandInstruction): boolean {
  if (command.form === 'shell') return command.text.value !== '' && !usesArguments(command.text.value)
  const script = shellInExecForm(command.arguments)?.script?.value
  return script !== undefined && !usesArguments(script)
}
