import type { EvaluatedRun } from '../../evaluated.ts'
import type { ShellCommand } from '../../shell-command.ts'
import type { RuleInput } from '../rule.ts'
import { imageVariables } from './image-variables.ts'
import type { KnownVariable } from './shipped-steps.ts'
import type { StageFacts, Step } from './stage-facts.ts'

/** A RUN of the file that building the target carries out. */
export interface BuiltRun {
  readonly stage: StageFacts
  /** The first stage of the chain that the stage stands in. */
  readonly root: StageFacts
  readonly step: Step
  readonly run: EvaluatedRun
  /** Empty where no POSIX shell reads it. */
  readonly commands: readonly ShellCommand[]
}

/**
 * Goes through the RUNs that building the target carries out, in the order of the file, with the variables that each has: those of
 * the base as far as anything is known of it, ENV and ARG. A variable that is set to something unknown is empty.
 *
 * @param names The variables that are asked for. A few: each stage has a list of its own.
 */
export function visitBuiltRuns(
  { stages }: RuleInput,
  names: ReadonlySet<string>,
  visit: (run: BuiltRun, variable: KnownVariable) => void,
): void {
  const roots = new Map<StageFacts, StageFacts>()
  const environments = new Map<StageFacts, ReadonlyMap<string, string>>()
  for (const stage of stages) {
    const { parent } = stage
    const root = parent === undefined ? stage : (roots.get(parent) ?? parent)
    roots.set(stage, root)
    if (!stage.isNeeded) continue
    const ofImage = imageVariables(stage.base)
    const environment = new Map(parent === undefined ? [] : environments.get(parent))
    environments.set(stage, environment)
    const values = new Map<string, string>()
    const variable: KnownVariable = (name) =>
      environment.get(name) ?? root.evaluated.inheritedVariables.get(name) ?? ofImage.get(name) ?? values.get(name)
    for (const step of stage.steps) {
      const { evaluated, isOwn } = step
      if (evaluated.kind === 'env') {
        const isKnown = evaluated.variables.every(({ isSet, operator }) => isSet || operator !== '')
        for (const { name, value } of evaluated.pairs) if (names.has(name)) environment.set(name, isKnown ? value : '')
      }
      if (evaluated.kind === 'arg') {
        for (const { name, value } of evaluated.declarations) if (names.has(name)) values.set(name, value ?? '')
      }
      if (evaluated.kind === 'run' && isOwn) {
        visit({ stage, root, step, run: evaluated, commands: step.script()?.commands ?? [] }, variable)
      }
    }
  }
}
