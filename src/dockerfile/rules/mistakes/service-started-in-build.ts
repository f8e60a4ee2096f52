import type { ShellCommand } from '../../shell-command.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { startedService } from '../facts/services.ts'
import type { Rule } from '../rule.ts'

/** A program that a RUN leaves running, and that nobody finds in the container. */
export const serviceStartedInBuild: Rule = {
  name: 'ServiceStartedInBuild',
  category: 'mistake',
  severity: 'warning',
  summary: 'a RUN starts a service, which ends with it',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      const last = lastCommand(runCommands(step))
      const started = last === undefined ? undefined : startedService(last)
      if (last === undefined || started === undefined) continue
      report({
        message: `${started} runs only until this RUN ends`,
        range: last.range,
        cost: 'An image holds files and no processes: in the container nothing runs that CMD or ENTRYPOINT does not start.',
        hint: 'Start it with CMD or ENTRYPOINT, in the foreground; one container for each service is easiest to keep alive.',
      })
    }
  },
}

/** Nothing in the same RUN can use what the last command leaves behind. */
function lastCommand(commands: readonly ShellCommand[]): ShellCommand | undefined {
  const last = commands.at(-1)
  return last?.isNested === true || last?.isConditional === true ? undefined : last
}
