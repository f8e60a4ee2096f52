import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'

/**
 * Takes words out of a command, each with the blanks and the line break before it, so that a list with a line for each word keeps
 * its layout; where a line begins with them, what follows on it moves to its beginning.
 *
 * @returns undefined where comments stand before one of them, or where one is the first word of the command.
 */
export function removeListedWords(
  { text }: DockerfileDocument,
  { words }: ShellCommand,
  removed: ReadonlySet<ShellWord>,
): readonly TextEdit[] | undefined {
  const edits: TextEdit[] = []
  let first: ShellWord | undefined
  let keptEnd = 0
  for (const [at, word] of words.entries()) {
    if (!removed.has(word)) continue
    const before = words[at - 1]
    const after = words[at + 1]
    const gap = before === undefined ? '' : text.slice(before.range.end, word.range.start)
    if (before === undefined || !/^(?:[ \t]|[\\`][ \t]*\r?\n)+$/.test(gap)) return undefined
    if (first === undefined) keptEnd = before.range.end
    first ??= word
    if (after !== undefined && removed.has(after)) continue
    const lineStart = text.lastIndexOf('\n', first.range.start - 1) + 1
    const isFirstOfLine = text.slice(lineStart, first.range.start).trim() === ''
    const goesOn = after !== undefined && /^[ \t]+$/.test(text.slice(word.range.end, after.range.start))
    const range =
      isFirstOfLine && goesOn
        ? { start: first.range.start, end: after.range.start }
        : { start: keptEnd, end: word.range.end }
    edits.push({ range, newText: '' })
    first = undefined
  }
  return edits
}
