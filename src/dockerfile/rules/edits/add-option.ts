import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { ShellWord } from '../../shell-command.ts'

/**
 * Puts one more word behind a word of a command, in the shell form or in the exec form.
 *
 * @returns undefined where the word stands in quotes of a shell, or is not written as it is read.
 */
export function addOption(
  { text }: DockerfileDocument,
  { range, value }: ShellWord,
  option: string,
): TextEdit | undefined {
  const written = text.slice(range.start, range.end)
  const place = { start: range.end, end: range.end }
  if (written === value) return { range: place, newText: ` ${option}` }
  const isInArray = /[[,][ \t]*$/.test(text.slice(Math.max(0, range.start - 40), range.start))
  return isInArray && written === JSON.stringify(value)
    ? { range: place, newText: `, ${JSON.stringify(option)}` }
    : undefined
}
