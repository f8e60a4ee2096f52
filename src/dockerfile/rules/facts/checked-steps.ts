import type { FoundProblem, RuleInput } from '../rule.ts'
import type { TextRange } from '../../text-range.ts'
import type { StageFacts, Step } from './stage-facts.ts'

/** A step that BuildKit's checks look at. */
export interface CheckedStep {
  readonly stage: StageFacts
  readonly step: Step
  /** Where to report what is wrong at a range of the instruction: a trigger is reported where FROM takes it over. */
  readonly at: (range: TextRange) => Pick<FoundProblem, 'range' | 'related'>
}

/**
 * The steps that BuildKit's checks look at: the instructions of all stages, and ONBUILD triggers in those stages that the target
 * needs.
 */
export function checkedSteps({ stages }: RuleInput): readonly CheckedStep[] {
  return stages.flatMap((stage) =>
    stage.steps
      .filter(({ isOwn }) => isOwn || stage.isNeeded)
      .map((step) => ({ stage, step, at: (range) => placeOf(stage, step, range) })),
  )
}

function placeOf(
  stage: StageFacts,
  { evaluated, isOwn }: Step,
  range: TextRange,
): Pick<FoundProblem, 'range' | 'related'> {
  if (isOwn) return { range }
  const base = stage.evaluated.stage.from.base.range
  if (evaluated.origin === 'base-image') return { range: base }
  return { range: base, related: [{ message: 'the ONBUILD that this comes from', range: evaluated.instruction.range }] }
}
