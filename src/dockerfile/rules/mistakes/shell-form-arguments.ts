import { quote } from '../../reading/report.ts'
import { containerCommand, execProgram, mayRunArguments } from '../facts/container-command.ts'
import type { Rule } from '../rule.ts'

/** `CMD --port 80` behind an ENTRYPOINT in the exec form, which gets `/bin/sh -c "--port 80"`. */
export const shellFormArguments: Rule = {
  name: 'ShellFormArguments',
  category: 'mistake',
  severity: 'error',
  summary: 'CMD hands a shell to the program of ENTRYPOINT instead of arguments',
  check(file, report) {
    const { entrypoint, cmd } = containerCommand(file)
    const program = execProgram(entrypoint?.command)
    if (entrypoint === undefined || cmd?.command.form !== 'shell' || program === undefined) return
    const { text } = cmd.command
    // A launcher runs /bin/sh, and that is what is meant then.
    if (text.value === '' || (!text.value.startsWith('-') && mayRunArguments(program.program))) return
    report({
      message: `${quote(program.program)} gets /bin/sh, -c and this text as its arguments`,
      range: text.range,
      cost: 'In the shell form CMD is a shell with a script, also where ENTRYPOINT takes it for arguments.',
      hint: 'Write CMD as a JSON array of the arguments.',
      related: [{ message: 'the ENTRYPOINT', range: entrypoint.arguments.range }],
    })
  },
}
