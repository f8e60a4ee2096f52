import type { TextRange } from '../../text-range.ts'
import type { RuleInput } from '../rule.ts'
import type { StageFacts } from './stage-facts.ts'

/** A stage that begins with an image. */
export interface BaseImageStage {
  readonly stage: StageFacts
  /** With values for its variables. */
  readonly reference: string
  /** Where FROM names it. */
  readonly range: TextRange
  /** Whether the image that is built has its layers. */
  readonly isShipped: boolean
}

/** The stages that building the target takes and that begin with an image: of those with one image the shipped one, or the first. */
export function baseImageStages({ stages, target }: RuleInput): readonly BaseImageStage[] {
  let shipped = target
  while (shipped?.parent !== undefined) shipped = shipped.parent
  const found = new Map<string, BaseImageStage>()
  for (const stage of stages) {
    const { base, stage: written } = stage.evaluated
    if (!stage.isNeeded || base.kind !== 'image') continue
    const isShipped = stage === shipped
    if (found.has(base.reference) && !isShipped) continue
    found.set(base.reference, { stage, reference: base.reference, range: written.from.base.range, isShipped })
  }
  return [...found.values()]
}
