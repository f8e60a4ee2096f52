import type { RunInstruction } from './instruction.ts'
import { heredocText, parseHeredocMarker } from './reading/heredocs.ts'

/** What a RUN runs. */
export type RunScript =
  /** A program with its arguments, without a shell. */
  | { readonly kind: 'program'; readonly arguments: readonly string[] }
  /** A script for the shell of the stage. */
  | { readonly kind: 'shell'; readonly script: string }
  /** A file that is run by itself, because it begins with `#!`. */
  | { readonly kind: 'file'; readonly name: string; readonly content: string }

/**
 * What BuildKit makes of the command of a RUN and its here-documents: one that stands alone is the script, or a file if it begins
 * with `#!`; otherwise the shell gets command and here-documents as they are.
 */
export function runScript({ command, heredocs }: Pick<RunInstruction, 'command' | 'heredocs'>): RunScript {
  if (command.form === 'exec') return { kind: 'program', arguments: command.arguments.map(({ value }) => value) }
  const text = command.text.value
  const [first] = heredocs
  if (first === undefined) return { kind: 'shell', script: text }
  const marker = parseHeredocMarker(text, command.text.range)
  if (marker === undefined || marker === 'bad') {
    const documents = heredocs.map(({ content, name }) => `\n${content.value}${name}`)
    return { kind: 'shell', script: text + documents.join('') }
  }
  const content = heredocText(first).value
  return content.startsWith('#!') ? { kind: 'file', name: first.name, content } : { kind: 'shell', script: content }
}
