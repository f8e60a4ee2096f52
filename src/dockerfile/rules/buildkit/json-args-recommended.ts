import type { DockerfileDocument } from '../../document.ts'
import type { CommandInstruction } from '../../instruction.ts'
import { toExecForm } from '../edits/exec-form.ts'
import { checkedSteps } from '../facts/checked-steps.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import type { Fix, Rule, RuleInput } from '../rule.ts'

const titles = {
  program: 'write the exec form',
  shell: 'run /bin/sh in the exec form, and let exec replace it',
  array: 'write double quotes, which make it the exec form',
} as const

/** BuildKit's check: CMD and ENTRYPOINT in the exec form, unless SHELL says that a shell is meant. */
export const jsonArgsRecommended: Rule = {
  name: 'JSONArgsRecommended',
  category: 'buildkit',
  severity: 'warning',
  summary: 'a shell stands between the container and its program',
  check(file, report) {
    const withShell = stagesWithShell(file)
    const uses = usesOf(file)
    const seen = new Map<StageFacts, boolean>()
    for (const { stage, step, at } of checkedSteps(file)) {
      const { instruction } = step.evaluated
      const hasShell =
        seen.get(stage) ?? (stage.parent === undefined ? hasBaseShell(stage) : withShell.has(stage.parent))
      seen.set(stage, hasShell || instruction.kind === 'shell')
      if (instruction.kind !== 'cmd' && instruction.kind !== 'entrypoint') continue
      if (hasShell || instruction.command.form === 'exec') continue
      const { keyword, command } = instruction
      report({
        message: `${keyword.value} is in the shell form`,
        ...at(command.text.value === '' ? keyword.range : command.text.range),
        cost: 'The shell gets the signals and not the program, so that the container is killed when it should end.',
        hint: `Write the command as a JSON array: ${keyword.value} ["program", "argument"].`,
        ...(step.isOwn ? fixFor(file, stage, instruction, uses) : {}),
      })
    }
  },
}

/** Stages at whose end SHELL, of their own or of what they begin with, has been said. */
function stagesWithShell({ stages }: RuleInput): ReadonlySet<StageFacts> {
  const found = new Set<StageFacts>()
  for (const stage of stages) {
    const isInherited = stage.parent === undefined ? hasBaseShell(stage) : found.has(stage.parent)
    if (isInherited || stage.steps.some(({ evaluated }) => evaluated.kind === 'shell')) found.add(stage)
  }
  return found
}

function hasBaseShell({ evaluated }: StageFacts): boolean {
  return (evaluated.baseImage?.shell ?? []).length > 0
}

/** What decides whether another form does the same, known of all stages at once. */
interface Uses {
  /** Stages that others begin with. */
  readonly parents: ReadonlySet<StageFacts | undefined>
  readonly withCmd: ReadonlySet<StageFacts>
}

function usesOf({ stages }: RuleInput): Uses {
  const withCmd = stages.filter(({ steps }) => steps.some(({ evaluated }) => evaluated.kind === 'cmd'))
  return { parents: new Set(stages.map(({ parent }) => parent)), withCmd: new Set(withCmd) }
}

function fixFor(
  { document }: RuleInput,
  stage: StageFacts,
  instruction: CommandInstruction,
  uses: Uses,
): { readonly fix?: Fix } {
  const found = stage.base.isWindows ? undefined : toExecForm(document, instruction)
  if (found === undefined || breaksCmd(document, stage, instruction)) return {}
  const isSafe = found.result === 'program' && keepsMeaning(stage, instruction, uses)
  return { fix: { title: titles[found.result], isSafe, edits: found.edits } }
}

/** Whether ENTRYPOINT would begin to get `/bin/sh -c …` as its arguments, from a CMD that cannot be written in the exec form. */
function breaksCmd(document: DockerfileDocument, { end: { cmd } }: StageFacts, { kind }: CommandInstruction): boolean {
  if (kind !== 'entrypoint' || cmd === undefined || cmd.command.form === 'exec') return false
  return toExecForm(document, cmd)?.result !== 'program'
}

/**
 * The shell form of ENTRYPOINT ignores CMD, the exec form does not. An ENTRYPOINT of the file gets the CMD as its arguments, and
 * may look at the first.
 */
function keepsMeaning(stage: StageFacts, { kind }: CommandInstruction, { parents, withCmd }: Uses): boolean {
  if (parents.has(stage)) return false
  const { entrypoint } = stage.end
  return kind === 'entrypoint' ? !withCmd.has(stage) : entrypoint === undefined || entrypoint.command.form === 'shell'
}
