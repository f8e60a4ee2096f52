import { printable } from '../std/printable.ts'
import { sourceExcerpt } from '../std/source-excerpt.ts'
import type { Diagnostic } from './diagnostic.ts'
import { createLineIndex, positionAt, type LineIndex, type TextRange } from './text-range.ts'

/**
 * A diagnostic for people: `file:line:column: severity: message (code)`, the line with carets under the range, other places, and
 * the hint. The first line has the form that editors and terminals turn into a link. Without a line break at the end.
 *
 * @param lineIndex The lines of the text, for callers that format many diagnostics of one.
 */
export function formatDiagnostic(
  text: string,
  fileName: string,
  diagnostic: Diagnostic,
  lineIndex: LineIndex = createLineIndex(text),
): string {
  const { code, severity, message, range, hint, related = [] } = diagnostic
  const show = (place: TextRange, title: string): string => {
    const { line, column } = positionAt(lineIndex, place.start)
    const head = `${printable(fileName)}:${line}:${column}: ${printable(title)}`
    return `${head}\n${sourceExcerpt(text, place.start, place.end, line)}`
  }
  return [
    show(range, `${severity}: ${message} (${code})`),
    ...related.map((place) => show(place.range, place.message)),
    ...(hint === undefined ? [] : [`hint: ${printable(hint)}`]),
  ].join('\n')
}
