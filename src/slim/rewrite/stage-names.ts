import type { DockerfileDocument, Stage } from '../../dockerfile/document.ts'
import { replaceRange } from '../../dockerfile/edit.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { ReasonedEdit } from './append-parts.ts'

/** A name that no stage has: the wanted one, or one with a number behind it. */
export function freeName(wanted: string, { stages }: DockerfileDocument, others: readonly string[] = []): string {
  const taken = new Set([...stages.flatMap(({ name }) => name ?? []), ...others])
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`
    if (!taken.has(name)) return name
  }
}

/** A folder that is not there yet. */
export function freeFolder(wanted: string, tree: FileTree): string {
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? wanted : `${wanted}-${number}`
    if (tree.get(path) === undefined) return path
  }
}

/** The name of a stage; it gets one where it has none, or where a later stage has the same. */
export function nameStage(
  document: DockerfileDocument,
  { name, from, index }: Stage,
): { readonly name: string; readonly edits: readonly ReasonedEdit[] } {
  const isOwn = name !== undefined && !document.stages.some((other) => other.name === name && other.index > index)
  if (isOwn) return { name, edits: [] }
  const wanted = freeName(document.stages.length > 1 ? 'before' : 'build', document)
  const { end } = from.base.range
  const edit =
    from.name === undefined
      ? { range: { start: end, end }, newText: ` AS ${wanted}` }
      : replaceRange(from.name.range, wanted)
  return {
    name: wanted,
    edits: [{ edit, reasons: [{ line: 0, title: 'name the stage', reason: 'files are copied from it' }] }],
  }
}
