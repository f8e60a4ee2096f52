import { formatDiagnostic } from '../../dockerfile/format-diagnostic.ts'
import type { Severity } from '../../dockerfile/diagnostic.ts'
import type { Finding } from '../../dockerfile/lint.ts'
import { printable } from '../../std/printable.ts'
import { plural } from '../../std/plural.ts'
import type { Style } from '../../std/style.ts'
import { wrap } from '../../std/text-width.ts'
import type { FileReport } from './report.ts'

/**
 * Findings for people: each with its line and a caret, what it costs, what to do; at the end a count.
 *
 * @param columns of the terminal, at which sentences are broken; undefined where it is none.
 */
export function textReport(
  reports: readonly FileReport[],
  style: Style,
  columns: number | undefined = undefined,
): string {
  const parts = reports.flatMap((report) =>
    report.findings.map((finding) => findingText(report, finding, style, columns)),
  )
  return [...parts, `${broken(summary(reports, style), columns)}\n`].join('\n')
}

function findingText(
  { text, name, lineIndex }: FileReport,
  finding: Finding,
  style: Style,
  columns: number | undefined,
): string {
  const { hint, cost, fix, ...plain } = finding
  const [head = '', ...rest] = formatDiagnostic(text, name, plain, lineIndex).split('\n')
  const told = (word: string, sentence: string): string => {
    const line = broken(`${word}: ${printable(sentence)}`, columns)
    return `${style.dim(line.slice(0, word.length + 1))}${line.slice(word.length + 1)}`
  }
  const lines = [
    colourHead(broken(head, columns), finding, style),
    ...rest.map((line) => (/^ *\| *\^+$/.test(line) ? style.cyan(line) : line)),
    ...(cost === undefined ? [] : [told('cost', cost)]),
    ...(hint === undefined ? [] : [told('hint', hint)]),
    ...(fix === undefined ? [] : [told('fix', `${fix.title} (${fix.isSafe ? '--fix' : '--fix=unsafe'})`)]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

/** A sentence in lines that a terminal has room for, those after the first indented. */
function broken(sentence: string, columns: number | undefined): string {
  if (columns === undefined) return sentence
  const indentation = '  '
  return wrap(sentence, Math.max(20, columns - indentation.length)).join(`\n${indentation}`)
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
  return `${found} about ${files}${mends.length === 0 ? '' : `; ${mends.join(', ')}`}.${more}`
}
