import { containerCommand } from '../facts/container-command.ts'
import { startedService } from '../facts/services.ts'
import { lineageSteps } from '../facts/stage-facts.ts'
import type { Rule } from '../rule.ts'

/** A CMD or ENTRYPOINT that starts a service in the background, and has nothing left to do. */
export const commandEndsAtOnce: Rule = {
  name: 'CommandEndsAtOnce',
  category: 'mistake',
  severity: 'warning',
  summary: 'the command of the container only starts something in the background, and ends',
  check(file, report) {
    const { entrypoint, cmd } = containerCommand(file)
    const main = entrypoint ?? cmd
    if (file.target === undefined || main === undefined) return
    const step = lineageSteps(file.target).find(({ evaluated }) => evaluated.instruction === main)
    // An entrypoint that gets a command may run that in the end.
    if (entrypoint?.command.form === 'exec' && cmd !== undefined) return
    const last = step?.script()?.commands.at(-1)
    if (last === undefined || last.isConditional) return
    const started = startedService(last)
    if (started === undefined) return
    report({
      message: `${started} is started in the background, and then the container ends`,
      range: last.range,
      cost: 'A container lives as long as its first process, which has nothing left to do here.',
      hint: 'Start the program itself, in the foreground: nginx -g "daemon off;", apache2ctl -D FOREGROUND, sshd -D.',
    })
  },
}
