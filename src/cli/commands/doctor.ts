import { defineCommand } from '../command.ts'
import { storePath } from '../configuration.ts'
import type { CheckResult } from '../doctor/check.ts'
import { checkMachine } from '../doctor/checks.ts'
import { thisMachine } from '../doctor/machine.ts'
import { formatResults } from '../doctor/print-results.ts'
import { formatJson } from '../format/json.ts'
import { formatOption } from '../shared-options.ts'

export const definition = defineCommand(
  {
    arguments: {},
    options: { ...formatOption },
    notes: [
      'Checks the kernel, namespaces, file systems, runtimes, networks, the disk, logins and the clock: a line for each, and for what is ' +
        'missing what it means and the least that helps. Nothing is changed.',
      'With status 1, no RUN step and no container can be run here. What is only worse than it could be, or missing for some uses, ' +
        'leaves it at 0.',
      'With --format json: a list of objects with name, state (ok, warning or missing), finding, meaning, fix and stopsBuilds. What ' +
        'there is not is null.',
    ],
    examples: [
      { line: 'wherry doctor', summary: 'Look at this machine' },
      { line: "wherry doctor --format json | jq -r '.[].fix // empty'", summary: 'Only what can be done' },
    ],
  },
  async (context, _, options) => {
    const { globals, environment, configuration, job, output, style } = context
    const machine = thisMachine(environment, () => job.clock.now())
    const results = checkMachine(machine, storePath(globals.store, environment, configuration))
    await output.write(
      options.format === 'json' ? formatJson(results.map(resultToJson)) : formatResults(results, style),
    )
    return results.some(({ stopsBuilds }) => stopsBuilds) ? 1 : 0
  },
)

function resultToJson({ name, state, finding, meaning, fix, stopsBuilds }: CheckResult) {
  return { name, state, finding, meaning: meaning ?? null, fix: fix ?? null, stopsBuilds }
}
