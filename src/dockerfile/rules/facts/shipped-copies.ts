import type { EvaluatedCopy, FileSource } from '../../evaluated.ts'
import { resolvePath } from './paths.ts'
import { lineageSteps, type StageFacts, type Step } from './stage-facts.ts'

/** One source of a COPY --from in the image that is built. */
export interface ShippedCopy {
  readonly step: Step
  readonly copy: EvaluatedCopy
  readonly from: FileSource
  /** Absolute, with values for its variables. */
  readonly source: string
}

/** What the image gets from stages and other images. */
export function shippedCopies(target: StageFacts): readonly ShippedCopy[] {
  return lineageSteps(target).flatMap((step) => {
    const { evaluated } = step
    if ((evaluated.kind !== 'copy' && evaluated.kind !== 'add') || evaluated.fileSource === undefined) return []
    const from = evaluated.fileSource
    return evaluated.sources.flatMap((source) => {
      const path = resolvePath('/', source)
      return path === undefined ? [] : [{ step, copy: evaluated, from, source: path }]
    })
  })
}

/** Whether an image gets libraries or a loader from elsewhere, so that a program may find there what the base lacks. */
export function copiesLibraries(target: StageFacts): boolean {
  return lineageSteps(target).some(({ evaluated, workingDirectory }) => {
    if (evaluated.kind !== 'copy' && evaluated.kind !== 'add') return false
    const folder = resolvePath(workingDirectory, evaluated.destination) ?? '/'
    const isLibrary = (path: string): boolean =>
      /(?:^|\/)(?:lib(?:32|64)?|ld-(?:linux|musl)[^/]*|rootfs)(?:\/|$)/.test(path)
    const isRoot = folder === '/' && evaluated.sources.some((source) => /^\/?$|[*]$|rootfs|\/$/.test(source))
    return (
      isRoot || evaluated.kind === 'add' || (isLibrary(folder) && evaluated.sources.some((source) => isLoader(source)))
    )
  })
}

/** A loader, or a whole folder of libraries. One library alone leaves the loader missing. */
function isLoader(source: string): boolean {
  return /ld-(?:linux|musl)|\/lib(?:32|64)?\/?$|\/lib\/[a-z0-9_]+-linux-gnu[a-z0-9]*\/?$|\*$/.test(source)
}
