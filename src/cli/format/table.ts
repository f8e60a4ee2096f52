import { padEnd, padStart, textWidth } from '../../std/text-width.ts'

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

const gap = '   '

/** Rows under titles, each column as wide as its widest cell; no spaces at the ends of lines. Ends with a line break. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map((column) => column.title), ...rows]
  const widths = columns.map((_, index) =>
    lines.reduce((widest, line) => Math.max(widest, textWidth(line[index] ?? '')), 0),
  )
  return lines.map((line) => `${formatLine(columns, widths, line)}\n`).join('')
}

function formatLine(columns: readonly Column[], widths: readonly number[], line: readonly string[]): string {
  const cells = columns.map((column, index) => {
    const pad = column.align === 'right' ? padStart : padEnd
    return pad(line[index] ?? '', widths[index] ?? 0)
  })
  return cells.join(gap).trimEnd()
}
