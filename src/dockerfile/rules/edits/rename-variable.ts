import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { VariableUse } from '../../expand.ts'

/**
 * Writes another name for a variable: `${OLD:-x}` becomes `${NEW:-x}`.
 *
 * @returns undefined where the name stands in several lines, and for a name that `$` cannot read: ARG takes any.
 */
export function renameVariable(
  { text }: DockerfileDocument,
  { name, range }: Pick<VariableUse, 'name' | 'range'>,
  newName: string,
): TextEdit | undefined {
  const start = range.start + (text.charAt(range.start + 1) === '{' ? 2 : 1)
  const end = start + name.length
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(newName)) return undefined
  return text.slice(start, end) === name ? { range: { start, end }, newText: newName } : undefined
}
