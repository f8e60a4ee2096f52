import type { Fix, Location, Log, Region, ReportingDescriptor, Result } from 'sarif'
import type { Severity } from '../../dockerfile/diagnostic.ts'
import { lintRules, type Finding } from '../../dockerfile/lint.ts'
import type { TextRange } from '../../dockerfile/text-range.ts'
import { formatJson } from '../format/json.ts'
import { regionOf, type FileReport } from './report.ts'

const levels = { error: 'error', warning: 'warning', information: 'note' } as const satisfies Readonly<
  Record<Severity, Result.level>
>

/** Findings as SARIF 2.1.0 (OASIS), which code-scanning services and editors read. */
export function sarifReport(reports: readonly FileReport[], version: string): string {
  const codes = [...new Set(reports.flatMap(({ findings }) => findings.map(({ code }) => code)))].toSorted()
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'wherry', semanticVersion: version, rules: codes.map((code) => ruleJson(code)) } },
        columnKind: 'utf16CodeUnits',
        artifacts: reports.map(({ name }) => ({ location: { uri: fileUri(name) }, sourceLanguage: 'dockerfile' })),
        results: reports.flatMap((report) => report.findings.map((finding) => resultJson(report, finding, codes))),
      },
    ],
  }
  return formatJson(log)
}

function ruleJson(code: string): ReportingDescriptor {
  const rule = lintRules.find(({ name }) => name === code)
  if (rule === undefined) return { id: code }
  return {
    id: code,
    shortDescription: { text: rule.summary },
    defaultConfiguration: { level: levels[rule.severity] },
    properties: { tags: [rule.category] },
  }
}

function resultJson(report: FileReport, finding: Finding, codes: readonly string[]): Result {
  const { code, severity, message, cost, hint, range, related = [], fix } = finding
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: levels[severity],
    message: { text: [`${message}.`, cost, hint].filter((part) => part !== undefined).join(' ') },
    locations: [locationJson(report, range)],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((each, index) => ({
            id: index,
            message: { text: each.message },
            ...locationJson(report, each.range),
          })),
        }),
    ...(fix === undefined ? {} : { fixes: [fixJson(report, fix)] }),
  }
}

function locationJson({ name, lineIndex }: FileReport, range: TextRange): Location {
  return { physicalLocation: { artifactLocation: { uri: fileUri(name) }, region: regionJson(lineIndex, range) } }
}

function regionJson(lineIndex: FileReport['lineIndex'], range: TextRange): Region {
  const { line, column, endLine, endColumn } = regionOf(lineIndex, range)
  return {
    startLine: line,
    startColumn: column,
    endLine,
    endColumn,
    charOffset: range.start,
    charLength: range.end - range.start,
  }
}

function fixJson({ name, lineIndex }: FileReport, { title, edits }: NonNullable<Finding['fix']>): Fix {
  return {
    description: { text: title },
    artifactChanges: [
      {
        artifactLocation: { uri: fileUri(name) },
        replacements: edits.map(({ range, newText }) => ({
          deletedRegion: regionJson(lineIndex, range),
          insertedContent: { text: newText },
        })),
      },
    ],
  }
}

/** A path as part of a URI. */
function fileUri(name: string): string {
  const path = name.split('/').map(encodeURIComponent).join('/')
  return name.startsWith('/') ? `file://${path}` : path
}
