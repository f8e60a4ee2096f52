import type { Instruction } from '../../dockerfile/instruction.ts'

/** What the comment directly above an instruction says of a name, which it begins with, as BuildKit reads it. */
export function descriptionOf(name: string, instruction: Instruction): string {
  const comment = instruction.leadingComments.at(-1)
  if (comment === undefined || comment.isIndented) return ''
  const [word = '', ...rest] = comment.text.value.split(' ')
  return word.toLowerCase() === name.toLowerCase() ? rest.join(' ').trim() : ''
}
