import { printable } from '../terminal/printable.ts'

/**
 * The line that a range of a text begins on, with its number, and carets under the range: for showing a user where
 * something is wrong.
 */
export function sourceExcerpt(text: string, startOffset: number, endOffset: number): string {
  const lineStart = text.lastIndexOf('\n', startOffset - 1) + 1
  const nextBreak = text.indexOf('\n', startOffset)
  const lineEnd = nextBreak === -1 ? text.length : nextBreak
  const { line, column } = positionOf(text, startOffset)
  const shown = printable(text.slice(lineStart, lineEnd).replaceAll('\t', ' '))
  const carets = '^'.repeat(Math.max(1, Math.min(endOffset, lineEnd) - startOffset))
  const margin = ' '.repeat(String(line).length)
  return `${line} | ${shown}\n${margin} | ${' '.repeat(column - 1)}${carets}`
}

/** Line and column of an offset, both from 1. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}
