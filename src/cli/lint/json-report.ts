import type { Finding } from '../../dockerfile/lint.ts'
import type { TextRange } from '../../dockerfile/text-range.ts'
import { formatJson } from '../format/json.ts'
import { regionOf, type FileReport } from './report.ts'

/** Findings for programs: a list of files. Lines and columns count from 1, columns and offsets in UTF-16 code units. */
export function jsonReport(reports: readonly FileReport[]): string {
  return formatJson(
    reports.map((report) => ({
      file: report.name,
      findings: report.findings.map((finding) => findingJson(report, finding)),
      hidden: report.hiddenCount,
    })),
  )
}

function findingJson({ lineIndex }: FileReport, finding: Finding): object {
  const { code, category, severity, message, range, cost = null, hint = null, related = [], fix } = finding
  const place = (at: TextRange): object => ({ ...regionOf(lineIndex, at), start: at.start, end: at.end })
  return {
    rule: code,
    category,
    severity,
    message,
    cost,
    hint,
    ...place(range),
    related: related.map((each) => ({ message: each.message, ...place(each.range) })),
    fix:
      fix === undefined
        ? null
        : {
            title: fix.title,
            safe: fix.isSafe,
            edits: fix.edits.map(({ range: at, newText }) => ({ ...place(at), newText })),
          },
  }
}
