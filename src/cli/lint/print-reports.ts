import packageJson from '../../../package.json' with { type: 'json' }
import type { Style } from '../../std/style.ts'
import { githubReport } from './github-report.ts'
import { jsonReport } from './json-report.ts'
import type { FileReport } from './report.ts'
import { sarifReport } from './sarif-report.ts'
import { textReport } from './text-report.ts'

export const reportFormats = ['text', 'json', 'sarif', 'github'] as const

export type ReportFormat = (typeof reportFormats)[number]

/** Findings in one of the formats. @param columns of the terminal that they are printed on */
export function formatReports(
  reports: readonly FileReport[],
  format: ReportFormat,
  style: Style,
  columns: number | undefined = undefined,
): string {
  switch (format) {
    case 'text':
      return textReport(reports, style, columns)
    case 'json':
      return jsonReport(reports)
    case 'sarif':
      return sarifReport(reports, packageJson.version)
    case 'github':
      return githubReport(reports)
  }
}
