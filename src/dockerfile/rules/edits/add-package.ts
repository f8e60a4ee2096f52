import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { ShellWord } from '../../shell-command.ts'
import { addOption } from './add-option.ts'

/**
 * Puts one more package beside another: behind it, or in a line of its own above it, where that one has a line of its own.
 *
 * @returns undefined where the word stands in quotes of a shell, or is not written as it is read.
 */
export function addPackage(document: DockerfileDocument, beside: ShellWord, name: string): TextEdit | undefined {
  const { text, escape, newline } = document
  const { start, end } = beside.range
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const indentation = text.slice(lineStart, start)
  const lineEnd = text.indexOf('\n', end)
  const rest = text.slice(end, lineEnd === -1 ? text.length : lineEnd).trim()
  const isAlone = indentation.trim() === '' && (rest === '' || rest === escape)
  if (!isAlone || text.slice(start, end) !== beside.value) return addOption(document, beside, name)
  return { range: { start, end: start }, newText: `${name} ${escape}${newline}${indentation}` }
}
