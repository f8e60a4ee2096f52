import type { FileSource } from '../../dockerfile/evaluated.ts'
import type { NamedContext } from '../build-request.ts'
import { contextName } from '../context-name.ts'
import type { FileOrigin } from './plan.ts'

/** What names of stages and images may stand for. */
export interface OriginNames {
  /** `--build-context`, by {@link contextName}. */
  readonly namedContexts: ReadonlyMap<string, NamedContext>
  /** By the index of the stage. */
  readonly stageNames: readonly (string | undefined)[]
}

/** Where files come from in the end: a named context takes the place of the stage or image of its name. */
export function originOf(source: FileSource, { namedContexts, stageNames }: OriginNames): FileOrigin {
  if (source.kind === 'scratch') return source
  const name = source.kind === 'image' ? contextName(source.reference) : stageNames[source.index]
  const context = name === undefined ? undefined : namedContexts.get(name)
  if (name === undefined || context === undefined) return source
  return context.kind === 'image' ? context : { kind: 'named-context', name }
}
