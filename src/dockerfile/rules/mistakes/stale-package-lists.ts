import type { RunInstruction } from '../../instruction.ts'
import { joinRun } from '../edits/join-run.ts'
import { fixOf } from '../edits/replace-text.ts'
import { runCommands } from '../facts/built-steps.ts'
import { packageCommand } from '../facts/package-commands.ts'
import { aptInstalls, type AptInstall } from '../facts/package-list-states.ts'
import type { Step } from '../facts/stage-facts.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** `RUN apt-get update`, and `RUN apt-get install` in a line of its own. */
export const stalePackageLists: Rule = {
  name: 'StalePackageLists',
  category: 'mistake',
  severity: 'warning',
  summary: 'apt installs with the lists of an earlier RUN, which may be months old',
  check(file, report) {
    const reported = new Set<Step>()
    for (const install of aptInstalls(file.stages)) {
      const { stage, step, command, update } = install
      if (update === undefined || !stage.isNeeded || !step.isOwn || reported.has(update.step)) continue
      reported.add(update.step)
      const { range, programWord } = command
      const lastWord = packageCommand(command)?.actionWord ?? command.arguments[0]
      report({
        message: `${command.program} installs with lists that another RUN has fetched`,
        range: { start: programWord?.range.start ?? range.start, end: lastWord?.range.end ?? range.end },
        cost: 'The builder keeps that RUN in its cache, so a new package here is looked for in lists that may be months old, and is not found.',
        hint: `Put ${command.program} update and install into one RUN.`,
        related: update.step.isOwn ? [{ message: 'fetches the lists', range: update.command.range }] : [],
        ...fixFor(file, install),
      })
    }
  },
}

/** One RUN, where nothing else is in the first. */
function fixFor({ document }: RuleInput, { step, update }: AptInstall): ReturnType<typeof fixOf> {
  if (update === undefined || !update.step.isOwn || update.step.script()?.commands.length !== 1) return {}
  const first = asRun(update.step)
  const second = asRun(step)
  if (first === undefined || second === undefined) return {}
  const edits = joinRun(document, first, second)
  return edits === undefined ? {} : fixOf('join the two', 'unsafe', edits)
}

function asRun(
  step: Step,
): { readonly instruction: RunInstruction; readonly commands: ReturnType<typeof runCommands> } | undefined {
  const { instruction } = step.evaluated
  return instruction.kind === 'run' ? { instruction, commands: runCommands(step) } : undefined
}
