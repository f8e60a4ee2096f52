import { posix } from 'node:path'
import { insertLinesAfter } from '../../edit.ts'
import type { EvaluatedCopy } from '../../evaluated.ts'
import { quote } from '../../reading/report.ts'
import type { SourceString } from '../../source-string.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps } from '../facts/built-steps.ts'
import { contextPath } from '../facts/context-files.ts'
import { findSource } from '../facts/context-sources.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** `COPY src package.json ./`: what is in `src` comes to lie beside `package.json`. */
export const directoryContentsCopied: Rule = {
  name: 'DirectoryContentsCopied',
  category: 'mistake',
  severity: 'warning',
  summary: 'of a folder among the sources, the content is copied and not the folder',
  check(file, report) {
    const { context } = file
    if (context === undefined) return
    for (const { step } of builtSteps(file)) {
      const { evaluated } = step
      if ((evaluated.kind !== 'copy' && evaluated.kind !== 'add') || evaluated.fileSource !== undefined) continue
      if (evaluated.instruction.kind === 'copy' && evaluated.instruction.parents) continue
      const folders = foldersAmong(file, evaluated)
      const [first, ...others] = folders
      if (first === undefined) continue
      const name = posix.basename(contextPath(first.value))
      report({
        message: `of the folder ${quote(name)} only the content is copied: it comes to lie in ${quote(evaluated.destination)} itself`,
        range: first.range,
        cost: 'What is in the folder lies among the other files, and nothing is found by its path in the project.',
        hint: `Copy each folder to one of its name: COPY ${name} ${posix.join(evaluated.destination, name)}/.`,
        related: others.map(({ value, range }) => ({ message: `${quote(value)}, too`, range })),
        ...fixFor(file, evaluated, folders),
      })
    }
  },
}

/** Folders that stand beside other sources, as they do in the project. With a slash at the end their content may be meant. */
function foldersAmong({ context }: RuleInput, copy: EvaluatedCopy): readonly SourceString[] {
  const { sources, destination, instruction } = copy
  if (sources.length < 2 || context === undefined) return []
  return sources.flatMap((source, index) => {
    const written = instruction.sources[index]
    const isMeant = /\/$|(?:^|\/)\.{0,2}$/.test(source) || posix.basename(source) === posix.basename(destination)
    if (written === undefined || isMeant || findSource(context, source).kind !== 'directory') return []
    // `*` may be a folder, which nobody names.
    return /[*?[]/.test(source) ? [] : [written]
  })
}

/** An instruction for each folder, behind the one that copies the rest. */
function fixFor(
  { document }: RuleInput,
  { instruction, destination }: EvaluatedCopy,
  folders: readonly SourceString[],
): ReturnType<typeof fixOf> {
  const { text } = document
  const written = text.slice(instruction.range.start, instruction.range.end)
  const isPlain = folders.every(({ value, range }) => text.slice(range.start, range.end) === value)
  if (
    /[\n\r[]/.test(written) ||
    !isPlain ||
    instruction.destination.value !== destination ||
    instruction.inlineFiles.length > 0
  )
    return {}
  const flags = instruction.flags.map(({ range }) => `${text.slice(range.start, range.end)} `).join('')
  const lines = folders.map(({ value }) => {
    const name = posix.basename(contextPath(value))
    const folder = destination.startsWith('.') ? `./${posix.join(destination, name)}` : posix.join(destination, name)
    return `${instruction.keyword.value} ${flags}${value} ${folder}`
  })
  const indentation = /^[ \t]*/.exec(text.slice(instruction.lines.start, instruction.lines.end))?.[0] ?? ''
  const isAll = folders.length === instruction.sources.length
  const removed = folders.map(({ range }) => ({
    range: {
      start: range.start,
      end: range.end + (/^[ \t]+/.exec(text.slice(range.end, instruction.range.end))?.[0].length ?? 0),
    },
    newText: '',
  }))
  const edits = isAll
    ? [{ range: instruction.range, newText: lines.join(document.newline + indentation) }]
    : [...removed, insertLinesAfter(document, instruction, lines)]
  return fixOf('copy each folder to one of its name', 'unsafe', edits)
}
