import type { FileSource } from '../evaluated.ts'
import { expand } from '../expand.ts'
import type { SourceString } from '../source-string.ts'
import { findStage, findStageByName, isStageNumber } from '../stages.ts'
import { problem, quote } from '../reading/report.ts'
import type { EvaluationContext } from './context.ts'

/** What `COPY --from` means: a stage by number or name, or an image. Variables are not replaced in it. */
export function copySource(from: SourceString, context: EvaluationContext): FileSource {
  const { value, problem: wrong } = expand(from, { escape: context.escape, variables: () => undefined })
  const range = context.place ?? from.range
  if (value !== from.value || wrong !== undefined) {
    const hint = 'Give the image a name: FROM $NAME AS name, and --from=name.'
    context.report(problem('unsupported-variable', 'error', range, 'variables are not replaced in --from', hint))
  }
  const stage = findStage(context.stages, from.value)
  if (stage !== undefined) return { kind: 'stage', index: stage.index }
  if (isStageNumber(from.value)) {
    const count = context.stages.length
    const message = `there is no stage ${quote(from.value)}: there are ${count}, counted from 0`
    context.report(problem('unknown-stage', 'error', range, message))
  }
  return { kind: 'image', reference: from.value }
}

/** What `RUN --mount=from=` means: a stage by name only, or an image. */
export function mountSource(from: string, context: EvaluationContext): FileSource {
  const stage = findStageByName(context.stages, from)
  if (stage !== undefined) return { kind: 'stage', index: stage.index }
  return from === 'scratch' ? { kind: 'scratch' } : { kind: 'image', reference: from }
}
