import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { Flag, InstructionParts } from '../../instruction-parts.ts'

/** Takes a flag away, with the blanks behind it. Undefined where something else stands between it and what follows. */
export function removeFlag(
  { text }: DockerfileDocument,
  { flags, arguments: rest }: InstructionParts,
  flag: Flag,
): TextEdit | undefined {
  const next = flags[flags.indexOf(flag) + 1]?.range.start ?? rest.range.start
  const isBlank = /^(?:[ \t]|[\\`][ \t]*\r?\n)*$/.test(text.slice(flag.range.end, next))
  return isBlank ? { range: { start: flag.range.start, end: next }, newText: '' } : undefined
}
