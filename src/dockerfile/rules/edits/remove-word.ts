import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { ShellWord } from '../../shell-command.ts'

/** Takes words of a command away that stand side by side, with the blanks that would be left over. Undefined where they do not. */
export function removeWords({ text }: DockerfileDocument, words: readonly ShellWord[]): TextEdit | undefined {
  const [first] = words
  const last = words.at(-1)
  if (first === undefined || last === undefined) return undefined
  const areNeighbours = words.every((word, index) => {
    const before = words[index - 1]
    return before === undefined || /^[ \t]+$/.test(text.slice(before.range.end, word.range.start))
  })
  const before = text.charAt(first.range.start - 1)
  const after = text.charAt(last.range.end)
  // In the exec form words stand in quotes, between commas.
  if (!areNeighbours || !/^[ \t]$/.test(before) || !/^[\s;&|)]?$/.test(after)) return undefined
  const lineStart = text.lastIndexOf('\n', first.range.start - 1) + 1
  const isFirstOfLine = text.slice(lineStart, first.range.start).trim() === ''
  const blanksBehind = /^[ \t]*/.exec(text.slice(last.range.end, last.range.end + 80))?.[0].length ?? 0
  if (isFirstOfLine) return { range: { start: first.range.start, end: last.range.end + blanksBehind }, newText: '' }
  let start = first.range.start
  while (/[ \t]/.test(text.charAt(start - 1))) start -= 1
  return { range: { start, end: last.range.end }, newText: '' }
}
