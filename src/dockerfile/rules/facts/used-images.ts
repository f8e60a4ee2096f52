import type { FileSource } from '../../evaluated.ts'
import type { TextRange } from '../../text-range.ts'
import type { RuleInput } from '../rule.ts'
import { splitImageName, type ImageName } from './image-name.ts'
import { isImageReference } from './image-reference.ts'

/** An image that building the target needs. */
export interface UsedImage {
  readonly name: ImageName
  /** With values for its variables. */
  readonly reference: string
  /** Where it is named first. */
  readonly range: TextRange
  /** Where it is named again. */
  readonly related: readonly TextRange[]
}

interface NamedImage {
  readonly source: FileSource | undefined
  readonly range: TextRange
}

/**
 * The images that FROM, COPY --from and RUN --mount name, each once, in the order of the file. Those that a variable without a value
 * decides are left out.
 */
export function usedImages({ stages }: RuleInput): readonly UsedImage[] {
  const found = new Map<string, { readonly image: UsedImage; readonly related: TextRange[] }>()
  for (const { evaluated, isNeeded, steps } of stages) {
    if (!isNeeded) continue
    const { base, stage, variables } = evaluated
    const isKnown = variables.every(({ isSet, operator }) => isSet || operator !== '')
    const named: NamedImage[] = isKnown ? [{ source: base, range: stage.from.base.range }] : []
    for (const step of steps) {
      const { instruction } = step.evaluated
      if (!step.isOwn) continue
      if (step.evaluated.kind === 'copy' && instruction.kind === 'copy' && instruction.from !== undefined) {
        named.push({ source: step.evaluated.fileSource, range: instruction.from.range })
      }
      if (step.evaluated.kind !== 'run') continue
      for (const { fileSource, options } of step.evaluated.mounts) {
        const range = options.find(({ key }) => key === 'from')?.value?.range
        if (range !== undefined) named.push({ source: fileSource, range })
      }
    }
    for (const { source, range } of named) {
      if (source?.kind !== 'image' || !isImageReference(source.reference)) continue
      const known = found.get(source.reference)
      if (known !== undefined) known.related.push(range)
      else {
        const related: TextRange[] = []
        const name = splitImageName(source.reference)
        found.set(source.reference, { image: { name, reference: source.reference, range, related }, related })
      }
    }
  }
  return Array.from(found.values(), ({ image }) => image)
}

/** Whether a name stands for whatever version is the last: without a tag, or with one that goes from version to version. */
export function isOfAnyVersion({ tag, digest }: ImageName): boolean {
  if (digest !== undefined) return false
  return tag === undefined || /^(?:latest|edge|rolling|nightly|canary|main|master|unstable|snapshot)(?:-.*)?$/.test(tag)
}
