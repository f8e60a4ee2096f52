import type { DockerfileDocument } from '../../document.ts'
import { deleteInstruction, type TextEdit } from '../../edit.ts'
import type { RunInstruction } from '../../instruction.ts'
import { resolveWord } from '../facts/command-folders.ts'
import type { MetadataChange } from '../facts/metadata-changes.ts'
import { isWithin } from '../facts/paths.ts'
import type { ShippedLayer } from '../facts/shipped-layers.ts'

/**
 * Takes a `RUN chown` or `RUN chmod` away, and gives its owner or mode to the COPY and ADD instructions that stand directly before it
 * and copy to that path.
 *
 * @param layers The layers of the image, of which the RUN makes the one at `index`.
 * @returns undefined where no flag says the same, where a COPY has the flag already, and where none stands there.
 */
export function moveToCopies(
  document: DockerfileDocument,
  run: RunInstruction,
  layers: readonly ShippedLayer[],
  index: number,
  path: string,
  { what, value }: MetadataChange,
): readonly TextEdit[] | undefined {
  const flag = what === 'owner' ? 'chown' : 'chmod'
  const isWritable = what === 'owner' ? /^[\w.-]+(?::[\w.-]+)?$/ : /^[0-7]{3,4}$/
  if (value === undefined || what === 'time' || !isWritable.test(value) || run.flags.length > 0) return undefined
  const edits: TextEdit[] = []
  let { start } = run.lines
  for (let at = index - 1; at >= 0; at -= 1) {
    const { step, start: folder } = layers[at] ?? {}
    const { evaluated, isOwn } = step ?? {}
    if (evaluated?.kind !== 'copy' && evaluated?.kind !== 'add') break
    const { instruction } = evaluated
    const isNext = document.text.slice(instruction.lines.end, start).trim() === ''
    const target = resolveWord(folder, evaluated.destination)
    if (isOwn !== true || !isNext || target === undefined || !(isWithin(target, path) || isWithin(path, target))) break
    if (instruction[flag] !== undefined) return undefined
    const place = instruction.flags.at(-1)?.range.end ?? instruction.keyword.range.end
    edits.push({ range: { start: place, end: place }, newText: ` --${flag}=${value}` })
    start = instruction.lines.start
  }
  return edits.length === 0 ? undefined : [...edits, deleteInstruction(document, run)]
}
