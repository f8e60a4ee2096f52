import type { HistoryEntry } from './config.ts'
import type { Descriptor } from './descriptor.ts'
import type { Digest } from './digest.ts'

/** One line of the history, with the layer that it made. Layers without history are lines too. */
export interface HistoryLine {
  readonly createdBy: string | undefined
  readonly created: string | undefined
  /** Undefined for a line that made no layer, such as `ENV`. */
  readonly layer: Descriptor | undefined
  readonly diffId: Digest | undefined
}

/**
 * Pairs history with layers: each entry that is not `empty_layer` made the next layer (image-spec, config.md, "history").
 * History is optional and sometimes wrong, so layers that no line claims come at the end.
 */
export function joinHistory(
  layers: readonly Descriptor[],
  diffIds: readonly Digest[],
  history: readonly HistoryEntry[],
): readonly HistoryLine[] {
  let next = 0
  const lines: HistoryLine[] = []
  for (const { created, created_by: createdBy, empty_layer: isEmpty } of history) {
    const position = isEmpty === true ? undefined : next
    if (position !== undefined) next += 1
    lines.push({
      createdBy,
      created,
      layer: position === undefined ? undefined : layers[position],
      diffId: position === undefined ? undefined : diffIds[position],
    })
  }
  const unclaimed = layers.slice(next).map((layer, index) => ({
    createdBy: undefined,
    created: undefined,
    layer,
    diffId: diffIds[next + index],
  }))
  return [...lines, ...unclaimed]
}

/** A history line as it stood in the Dockerfile: without what builders write around it. */
export function historyInstruction(createdBy: string | undefined): string {
  return (createdBy ?? '')
    .replace(/^\/bin\/sh -c #\(nop\)\s*/, '')
    .replace(/^\/bin\/sh -c /, 'RUN ')
    .replace(/^RUN \/bin\/sh -c /, 'RUN ')
    .replace(/ # buildkit$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
