import { formatDiagnostic } from '../../dockerfile/format-diagnostic.ts'
import type { Severity } from '../../dockerfile/diagnostic.ts'
import type { Finding } from '../../dockerfile/lint.ts'
import { printable } from '../../std/printable.ts'
import { plural } from '../../std/plural.ts'
import type { Style } from '../../std/style.ts'
import type { FileReport } from './report.ts'

/** Findings for people: each with its line and a caret, what it costs, what to do; at the end a count. */
export function textReport(reports: readonly FileReport[], style: Style): string {
  const parts = reports.flatMap((report) => report.findings.map((finding) => findingText(report, finding, style)))
  return [...parts, summary(reports, style)].join('\n')
}

function findingText({ text, name, lineIndex }: FileReport, finding: Finding, style: Style): string {
  const { hint, cost, fix, ...plain } = finding
  const [head = '', ...rest] = formatDiagnostic(text, name, plain, lineIndex).split('\n')
  const lines = [
    colourHead(head, finding, style),
    ...rest.map((line) => (/^ *\| *\^+$/.test(line) ? style.cyan(line) : line)),
    ...(cost === undefined ? [] : [`${style.dim('cost:')} ${printable(cost)}`]),
    ...(hint === undefined ? [] : [`${style.dim('hint:')} ${printable(hint)}`]),
    ...(fix === undefined
      ? []
      : [`${style.dim('fix:')} ${printable(fix.title)} (${fix.isSafe ? '--fix' : '--fix=unsafe'})`]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function colourHead(head: string, { severity }: Finding, style: Style): string {
  const word = ` ${severity}: `
  const at = head.indexOf(word)
  if (at === -1) return head
  const colour = colours[severity]
  return `${style.bold(head.slice(0, at))} ${style[colour](`${severity}:`)} ${head.slice(at + word.length)}`
}

const colours = { error: 'red', warning: 'yellow', information: 'cyan' } as const satisfies Readonly<
  Record<Severity, keyof Style>
>

const words: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', information: 'note' }

/** `2 errors, 1 warning in 3 files; --fix mends 1.` */
function summary(reports: readonly FileReport[], style: Style): string {
  const findings = reports.flatMap((report) => report.findings)
  const hidden = reports.reduce((sum, { hiddenCount }) => sum + hiddenCount, 0)
  const counts = (['error', 'warning', 'information'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    return count === 0 ? [] : [plural(count, words[severity])]
  })
  const safe = findings.filter(({ fix }) => fix?.isSafe === true).length
  const unsafe = findings.filter(({ fix }) => fix?.isSafe === false).length
  const mends = [
    ...(safe === 0 ? [] : [`--fix mends ${safe}`]),
    ...(unsafe === 0 ? [] : [`--fix=unsafe mends ${safe === 0 ? '' : 'another '}${unsafe}`]),
  ]
  const more = hidden === 0 ? '' : ` ${plural(hidden, 'finding')} below the threshold; see --severity.`
  const files = reports.length === 1 ? printable(reports[0]?.name ?? '') : plural(reports.length, 'file')
  const found = counts.length === 0 ? style.green('Nothing to say') : style.bold(counts.join(', '))
  return `${found} about ${files}${mends.length === 0 ? '' : `; ${mends.join(', ')}`}.${more}\n`
}
