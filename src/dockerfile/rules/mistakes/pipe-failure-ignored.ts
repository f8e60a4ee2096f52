import type { ShellCommand } from '../../shell-command.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { readDownload } from '../facts/downloads.ts'
import { mayBeStrict } from '../facts/fallible-commands.ts'
import type { Rule } from '../rule.ts'

/** `curl … | tee file`: a pipeline has the result of its last command. */
export const pipeFailureIgnored: Rule = {
  name: 'PipeFailureIgnored',
  category: 'mistake',
  severity: 'information',
  summary: 'a download may fail in a pipeline that goes well',
  check(file, report) {
    for (const { stage, step } of builtSteps(file)) {
      if (mayBeStrict(stage.base)) continue
      const commands = runCommands(step)
      if (step.shell.includes('pipefail') || commands.some((command) => setsPipefail(command))) continue
      for (const [index, command] of commands.entries()) {
        const next = commands[index + 1]
        if (next === undefined || !isPiped(command, next) || readDownload(command)?.toOutput !== true) continue
        report({
          message: `nothing notices when ${command.program} fails here: ${next.program} goes well without input`,
          range: command.range,
          cost: 'A pipeline has the result of its last command, so the build goes on with an empty file.',
          hint: 'Write SHELL ["/bin/bash", "-o", "pipefail", "-c"] above, or fetch to a file first.',
        })
        break
      }
    }
  },
}

/** Programs that make something of nothing. Others (tar, gpg, a shell with -e) fail, or are another rule's. */
const tolerant: ReadonlySet<string> = new Set([
  ...[
    'tee',
    'cat',
    'sed',
    'awk',
    'gawk',
    'sort',
    'uniq',
    'xargs',
    'head',
    'tail',
    'tr',
    'cut',
    'envsubst',
    'dd',
    'jq',
    'psql',
    'mysql',
  ],
])

function isPiped(command: ShellCommand, next: ShellCommand): boolean {
  const isOnePipe = next.operatorBefore === '|' && next.pipeline === command.pipeline
  return isOnePipe && tolerant.has(next.program)
}

function setsPipefail({ program, words }: ShellCommand): boolean {
  const isOption = program === 'set' || ['bash', 'sh', 'ash'].includes(program)
  return isOption && words.some(({ value }) => value === 'pipefail')
}
