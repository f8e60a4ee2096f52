import type { EvaluatedRun } from '../../evaluated.ts'
import type { ShellCommand } from '../../shell-command.ts'
import type { RuleInput } from '../rule.ts'
import { remembered } from './remembered.ts'
import { lineageSteps, type StageFacts, type Step } from './stage-facts.ts'

/** A RUN whose layer the built image has. */
export interface ShippedRun {
  readonly step: Step
  readonly run: EvaluatedRun
  /** Empty where no POSIX shell reads it. */
  readonly commands: readonly ShellCommand[]
}

/** The steps that make the image: those of the target and of the stages that it begins with. What other stages hold is thrown away. */
export const shippedSteps: (file: RuleInput) => readonly Step[] = remembered(({ target }) =>
  target === undefined ? [] : lineageSteps(target),
)

/** The RUNs that make the image and stand in the file as such. */
export const shippedRuns: (file: RuleInput) => readonly ShippedRun[] = remembered((file) =>
  shippedSteps(file).flatMap((step) => {
    const { evaluated, isOwn } = step
    return evaluated.kind === 'run' && isOwn ? [{ step, run: evaluated, commands: step.script()?.commands ?? [] }] : []
  }),
)

/** What a variable of the builder or of the image holds. Undefined where nothing is known of it. */
export type KnownVariable = (name: string) => string | undefined

/** Goes through the RUNs that make the image, in order, with the variables that each has. */
export function visitShippedRuns(
  { target }: RuleInput,
  visit: (shipped: ShippedRun, variable: KnownVariable) => void,
): void {
  const chain: StageFacts[] = []
  for (let stage = target; stage !== undefined; stage = stage.parent) chain.push(stage)
  const environment = new Map(chain.at(-1)?.evaluated.inheritedVariables.entries())
  for (const { steps } of chain.toReversed()) {
    const values = new Map<string, string | undefined>()
    const variable: KnownVariable = (name) => environment.get(name) ?? values.get(name)
    for (const step of steps) {
      const { evaluated, isOwn } = step
      if (evaluated.kind === 'env') for (const { name, value } of evaluated.pairs) environment.set(name, value)
      if (evaluated.kind === 'arg') for (const { name, value } of evaluated.declarations) values.set(name, value)
      if (evaluated.kind === 'run' && isOwn) {
        visit({ step, run: evaluated, commands: step.script()?.commands ?? [] }, variable)
      }
    }
  }
}
