import type { RunInstruction } from './instruction.ts'
import { sourceStringBuilder, type SourceString } from './source-string.ts'
import { heredocText, parseHeredocMarker } from './reading/heredocs.ts'

/** What a RUN runs. */
export type RunScript =
  /** A program with its arguments, without a shell. */
  | { readonly kind: 'program'; readonly arguments: readonly SourceString[] }
  /** A script for the shell of the stage. */
  | { readonly kind: 'shell'; readonly script: SourceString }
  /** A file that is run by itself, because it begins with `#!`. */
  | { readonly kind: 'file'; readonly name: string; readonly content: SourceString }

/**
 * What BuildKit makes of the command of a RUN and its here-documents: one that stands alone is the script, or a file if it begins
 * with `#!`; otherwise the shell gets command and here-documents as they are.
 */
export function runScript({ command, heredocs }: Pick<RunInstruction, 'command' | 'heredocs'>): RunScript {
  if (command.form === 'exec') return { kind: 'program', arguments: command.arguments }
  const { text } = command
  const [first] = heredocs
  if (first === undefined) return { kind: 'shell', script: text }
  const marker = parseHeredocMarker(text.value, text.range)
  if (marker === undefined || marker === 'bad') {
    const script = sourceStringBuilder(text.range.start)
    script.addSource(text)
    for (const { content, name, terminator } of heredocs) {
      script.add('\n', content.range.start - 1)
      script.addSource(content)
      script.add(name, terminator?.start ?? content.range.end)
    }
    return { kind: 'shell', script: script.build() }
  }
  const content = heredocText(first)
  return content.value.startsWith('#!')
    ? { kind: 'file', name: first.name, content }
    : { kind: 'shell', script: content }
}
