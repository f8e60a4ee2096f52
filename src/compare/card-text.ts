import { printable } from '../std/printable.ts'
import { plainStyle, type Style } from '../std/style.ts'
import { padEnd, textWidth, truncate, wrap } from '../std/text-width.ts'
import { differenceOf, type Difference } from './difference.ts'
import type { Measure } from './measure.ts'
import { groupsOf } from './wording/groups.ts'
import { differenceText, valueText } from './wording/value-text.ts'

/** What stands above the two columns of a card. */
export interface CardTitles {
  readonly before: string
  readonly after: string
}

const gap = '  '
const columnsMin = 40
const columnsMax = 100

/**
 * The card for a terminal: a line for each measure, with what has become of it, and its note below. Groups have an empty line between them.
 *
 * @param columns no line is longer than these, if there are 40 at least. Values that are too long for it are cut with an ellipsis.
 */
export function cardText(
  measures: readonly Measure[],
  style: Style = plainStyle,
  columns = 80,
  titles: CardTitles = { before: 'before', after: 'after' },
): string {
  const rows = measures.map(toRow)
  const layout = layOut([titleRow(titles), ...rows], Math.min(columnsMax, Math.max(columnsMin, columns)))
  const byMeasure = new Map(measures.map((measure, index) => [measure, rows[index]]))
  const groups = groupsOf(measures).map((group) =>
    group.map((measure) => rowText(byMeasure.get(measure) ?? titleRow(titles), layout, style)).join(''),
  )
  return `${style.dim(cells(titleRow(titles), layout).join('').trimEnd())}\n${groups.join('\n')}`
}

interface Row {
  readonly texts: readonly [name: string, before: string, after: string, difference: string]
  readonly difference: Difference
  readonly note: string
}

function toRow({ name, unit, before, after, better, note = '' }: Measure): Row {
  const difference = differenceOf({ before, after, better })
  const texts = [
    printable(name),
    valueText(before, unit),
    valueText(after, unit),
    differenceText(difference, unit),
  ] as const
  return { texts, difference, note: printable(note) }
}

function titleRow({ before, after }: CardTitles): Row {
  return { texts: ['', printable(before), printable(after), ''], difference: { kind: 'unknown' }, note: '' }
}

interface Layout {
  readonly widths: readonly number[]
  readonly columns: number
}

/** Columns as wide as what is in them; where that is too much, the widest gives way first. */
function layOut(rows: readonly Row[], columns: number): Layout {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map(({ texts }) => textWidth(texts[column] ?? ''))))
  const available = columns - gap.length * (widths.length - 1)
  for (let excess = sum(widths) - available; excess > 0; excess -= 1) {
    const widest = widths.indexOf(Math.max(...widths))
    widths[widest] = (widths[widest] ?? 1) - 1
  }
  return { widths, columns }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

function cells({ texts }: Row, { widths }: Layout): readonly string[] {
  return texts.map((text, column) => {
    const width = widths[column] ?? 0
    return (column === 0 ? '' : gap) + padEnd(truncate(text, width), width)
  })
}

function rowText(row: Row, layout: Layout, style: Style): string {
  const [name = '', before = '', after = '', padded = ''] = cells(row, layout)
  const words = padded.trimEnd()
  const shownAfter = markAfter(row.difference, style, words === '' ? after.trimEnd() : after)
  const line = name + before + shownAfter + (words === '' ? '' : mark(row.difference, style, words))
  const indent = '  '
  const noteLines = row.note === '' ? [] : wrap(row.note, layout.columns - indent.length)
  const notes = noteLines.map((each) => `${style.dim(indent + truncate(each, layout.columns - indent.length))}\n`)
  return `${line}\n${notes.join('')}`
}

function markAfter(difference: Difference, style: Style, text: string): string {
  return isJudged(difference) && difference.isBetter === true ? style.bold(text) : text
}

function mark(difference: Difference, style: Style, text: string): string {
  if (!isJudged(difference) || difference.isBetter === undefined) return style.dim(text)
  return difference.isBetter ? style.green(text) : style.red(text)
}

function isJudged(difference: Difference): difference is Extract<Difference, { readonly kind: 'lower' | 'higher' }> {
  return difference.kind === 'lower' || difference.kind === 'higher'
}
