import type { ShellCommand } from '../../shell-command.ts'
import type { RuleInput } from '../rule.ts'
import { remembered } from './remembered.ts'
import type { StageFacts, Step } from './stage-facts.ts'

/** An instruction of the file that building the target carries out. */
export interface BuiltStep {
  readonly stage: StageFacts
  readonly step: Step
  /** Whether it makes the image that is shipped, and not only one that files are copied from. */
  readonly isShipped: boolean
}

/**
 * The instructions that building the target carries out, in the order of the file, each once: triggers that a stage takes over from
 * another are left out, as they stand elsewhere.
 */
export const builtSteps: (file: RuleInput) => readonly BuiltStep[] = remembered(({ stages, target }) => {
  const shipped = new Set<StageFacts>()
  for (let at = target; at !== undefined; at = at.parent) shipped.add(at)
  return stages
    .filter(({ isNeeded }) => isNeeded)
    .flatMap((stage) =>
      stage.steps.filter(({ isOwn }) => isOwn).map((step) => ({ stage, step, isShipped: shipped.has(stage) })),
    )
})

/** The commands of a RUN. Empty for other instructions, and where no POSIX shell reads it. */
export function runCommands(step: Step): readonly ShellCommand[] {
  return step.evaluated.kind === 'run' ? (step.script()?.commands ?? []) : []
}
