import type { FileSource } from '../../evaluated.ts'
import type { TextRange } from '../../text-range.ts'
import { optionRange } from '../../reading/read-mount.ts'
import type { RuleInput } from '../rule.ts'
import type { StageFacts } from './stage-facts.ts'

/** A place that names a stage or an image: FROM, `COPY --from`, `RUN --mount=from=…`. */
export interface NamedSource {
  readonly stage: StageFacts
  readonly kind: 'from' | 'copy' | 'mount'
  /** The name of the image, if it is no stage. */
  readonly reference: string | undefined
  /** The name, as it is written. */
  readonly range: TextRange
  /** The names of the stages above. Not to be kept: it grows with the stages. */
  readonly names: ReadonlySet<string>
}

/** The places of the stages that building the target takes, in the order of the file. */
export function* namedSources({ stages }: RuleInput): Generator<NamedSource> {
  const names = new Set<string>()
  for (const stage of stages) {
    const { base, stage: written } = stage.evaluated
    if (stage.isNeeded) {
      yield { stage, kind: 'from', reference: imageOf(base), range: written.from.base.range, names }
      for (const { evaluated, isOwn } of stage.steps) {
        if (!isOwn) continue
        if (evaluated.kind === 'copy' && evaluated.instruction.kind === 'copy' && evaluated.fileSource !== undefined) {
          const range = evaluated.instruction.from?.range ?? evaluated.instruction.range
          yield { stage, kind: 'copy', reference: imageOf(evaluated.fileSource), range, names }
        }
        for (const mount of evaluated.kind === 'run' ? evaluated.mounts : []) {
          if (mount.fileSource === undefined) continue
          yield { stage, kind: 'mount', reference: imageOf(mount.fileSource), range: optionRange(mount, 'from'), names }
        }
      }
    }
    if (written.name !== undefined) names.add(written.name)
  }
}

function imageOf(source: FileSource): string | undefined {
  return source.kind === 'image' ? source.reference : undefined
}
