import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { RunInstruction } from '../../instruction.ts'
import { runScript } from '../../run-script.ts'
import { offsetAt } from '../../source-string.ts'

/**
 * Runs one more command at the end of a RUN, if all before it went well. In a line of its own where the RUN's commands have
 * lines of their own, indented and joined as they are.
 *
 * @returns undefined where the end of the script is no place for it: the exec form, a script with here-documents, comments or a
 *   command in the background.
 */
export function appendCommand(
  document: DockerfileDocument,
  instruction: RunInstruction,
  command: string,
): TextEdit | undefined {
  const found = runScript(instruction)
  if (found.kind !== 'shell') return undefined
  const { value } = found.script
  const isHeredoc = instruction.heredocs.length > 0
  const length = value.trimEnd().length
  if (length === 0 || /[;&|\\(]$/.test(value.trimEnd())) return undefined
  const end = offsetAt(found.script, length - 1) + 1
  const insert = (newText: string): TextEdit => ({ range: { start: end, end }, newText })
  if (isHeredoc) {
    if (instruction.heredocs.length > 1 || instruction.heredocs[0]?.content.value !== value) return undefined
    return insert(`${document.newline}${indentationAt(document.text, end)}${command}`)
  }
  if (/(?:^|\s)#/.test(value)) return undefined
  const { escape, newline, text } = document
  const before = text.slice(text.lastIndexOf('\n', instruction.range.start) + 1, end)
  const leading = before.match(/^[ \t]*(?=&&)/gm)?.at(-1)
  if (leading !== undefined) return insert(` ${escape}${newline}${leading}&& ${command}`)
  const joined = before.split(/&&[ \t]*[\\`][ \t]*\r?\n/)
  if (joined.length === 1) return insert(` && ${command}`)
  return insert(` && ${escape}${newline}${/^[ \t]*/.exec(joined.at(-1) ?? '')?.[0] ?? ''}${command}`)
}

function indentationAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  return /^[ \t]*/.exec(line)?.[0] ?? ''
}
