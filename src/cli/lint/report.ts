import type { Finding } from '../../dockerfile/lint.ts'
import type { Severity } from '../../dockerfile/diagnostic.ts'
import { createLineIndex, positionAt, type LineIndex, type TextRange } from '../../dockerfile/text-range.ts'

/** What judging one file gave, as the formats print it. */
export interface FileReport {
  readonly name: string
  /** The text that ranges mean, with other characters in the place of secrets. */
  readonly text: string
  readonly lineIndex: LineIndex
  /** At or above the threshold, in the order of the file. */
  readonly findings: readonly Finding[]
  /** How many more there are below the threshold. */
  readonly hiddenCount: number
}

const ranks: Readonly<Record<Severity, number>> = { information: 0, warning: 1, error: 2 }

/** Splits findings at a threshold. */
export function reportOf(name: string, text: string, findings: readonly Finding[], threshold: Severity): FileReport {
  const shown = findings.filter(({ severity }) => ranks[severity] >= ranks[threshold])
  return {
    name,
    text: withoutSecrets(text, findings),
    lineIndex: createLineIndex(text),
    findings: shown,
    hiddenCount: findings.length - shown.length,
  }
}

/** The text with a point for each character of a secret. What is hidden may still show secrets on lines that are shown. */
function withoutSecrets(text: string, findings: readonly Finding[]): string {
  const secrets = findings.flatMap((finding) => finding.secrets ?? []).toSorted((a, b) => a.start - b.start)
  const parts: string[] = []
  let at = 0
  for (const { start, end } of secrets) {
    if (end <= at) continue
    parts.push(text.slice(at, Math.max(at, start)), text.slice(Math.max(at, start), end).replaceAll(/[^\r\n]/g, '•'))
    at = end
  }
  return parts.join('') + text.slice(at)
}

/** Where a range begins and ends, in lines and columns from 1. */
export interface Region {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export function regionOf(lineIndex: LineIndex, { start, end }: TextRange): Region {
  const first = positionAt(lineIndex, start)
  const last = positionAt(lineIndex, Math.max(start, end))
  return { line: first.line, column: first.column, endLine: last.line, endColumn: last.column }
}
