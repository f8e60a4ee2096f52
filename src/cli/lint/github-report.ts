import type { Severity } from '../../dockerfile/diagnostic.ts'
import { regionOf, type FileReport } from './report.ts'

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', information: 'notice' }

/**
 * Findings as workflow commands of GitHub Actions, which become annotations
 * (docs.github.com, "Workflow commands for GitHub Actions").
 */
export function githubReport(reports: readonly FileReport[]): string {
  return reports
    .flatMap(({ name, lineIndex, findings }) =>
      findings.map(({ severity, range, code, message, cost, hint }) => {
        const { line, column, endLine, endColumn } = regionOf(lineIndex, range)
        const properties = {
          file: name,
          line,
          endLine,
          ...(line === endLine ? { col: column, endColumn } : {}),
          title: code,
        }
        const text = [message, cost, hint].filter((part) => part !== undefined).join('\n')
        const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`)
        return `::${commands[severity]} ${pairs.join(',')}::${escapeData(text)}\n`
      }),
    )
    .join('')
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
