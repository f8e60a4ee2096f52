import { formatCount } from '../std/format-count.ts'
import { formatSize } from '../std/format-size.ts'
import { plural } from '../std/plural.ts'
import { printable } from '../std/printable.ts'
import { plainStyle, type Style } from '../std/style.ts'
import { padEnd, padStart, textWidth, truncate } from '../std/text-width.ts'
import type { ImageDifferences } from './diff-images.ts'
import { largestFolders } from './differences/largest-folders.ts'

const foldersMax = 16
const linesMax = 20

/**
 * What makes two images different, for a terminal: sums, the folders that matter, and the first packages and settings. What is not shown is
 * counted.
 */
export function differencesText(differences: ImageDifferences, style: Style = plainStyle, columns = 80): string {
  const parts = [
    filesText(differences, style, columns),
    packagesText(differences, style, columns),
    configurationText(differences, style, columns),
    layersText(differences, style),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function filesText({ files }: ImageDifferences, style: Style, columns: number): string {
  const { added, removed, changed, moved, root } = files
  if (root.changes === 0) return heading('Files', 'the same', style)
  const number = (count: number): string => formatCount(count)
  const counts = [
    `${number(added.length)} added`,
    `${number(removed.length)} removed`,
    `${number(changed.length)} changed`,
    `${number(moved.length)} moved`,
  ]
  const rows = largestFolders(root, foldersMax).map(({ sum: { path, beforeBytes, afterBytes, changes }, isRest }) => [
    isRest ? `${printable(path)} (the rest)` : printable(path),
    formatSize(beforeBytes),
    formatSize(afterBytes),
    number(changes),
  ])
  const titles = ['folder', 'before', 'after', 'changes']
  return heading('Files', counts.join(', '), style) + tableText(titles, rows, style, columns)
}

function packagesText({ packages }: ImageDifferences, style: Style, columns: number): string {
  if (packages === undefined) return heading('Packages', 'those of one image cannot be read', style)
  if (packages.length === 0) return heading('Packages', 'the same', style)
  const added = packages.filter(({ before }) => before === undefined).length
  const removed = packages.filter(({ after }) => after === undefined).length
  const changed = packages.length - added - removed
  // What came or is new in its version is looked at first; what went is rarely a surprise.
  const shown = packages.toSorted((one, other) => Number(one.after === undefined) - Number(other.after === undefined))
  const rows = shown
    .slice(0, linesMax)
    .map(({ name, before = '-', after = '-' }) => [name, before, after].map(printable))
  return (
    heading('Packages', `${added} added, ${removed} removed, ${changed} changed`, style) +
    tableText(['package', 'before', 'after'], rows, style, columns) +
    moreText(packages.length - rows.length, style)
  )
}

function configurationText({ configuration }: ImageDifferences, style: Style, columns: number): string {
  if (configuration.length === 0) return heading('Configuration', 'the same', style)
  const rows = configuration.slice(0, linesMax).map((change) => {
    const { setting, before = '-', after = '-' } = change
    return [setting, before, after].map(printable)
  })
  return (
    heading('Configuration', plural(configuration.length, 'change'), style) +
    tableText(['setting', 'before', 'after'], rows, style, columns) +
    moreText(configuration.length - rows.length, style)
  )
}

function layersText({ shared }: ImageDifferences, style: Style): string {
  const { layers, compressedBytes, newBytes } = shared
  const there = layers === 0 ? 'none is shared' : `${layers} shared, ${formatSize(compressedBytes)}`
  return heading('Layers', `${there}; ${formatSize(newBytes)} to pull where the first image is`, style)
}

function heading(title: string, text: string, style: Style): string {
  return `${style.bold(title)}  ${text}\n`
}

function moreText(count: number, style: Style): string {
  return count > 0 ? style.dim(`  and ${formatCount(count)} more`) + '\n' : ''
}

/** Rows below dim titles, indented, in columns; the widest column gives way. Columns of figures are told by their content. */
function tableText(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  columns: number,
): string {
  const lines = [titles, ...rows]
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => textWidth(line[column] ?? ''))))
  const available = columns - 2 * titles.length
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - available; excess > 0; excess -= 1) {
    const widest = widths.indexOf(Math.max(...widths))
    widths[widest] = (widths[widest] ?? 1) - 1
  }
  const isFigure = titles.map(
    (_, column) => column > 0 && rows.every((row) => /^[0-9.,]+[kMGTP]?B?$/.test(row[column] ?? '')),
  )
  const format = (line: readonly string[]): string => {
    const cells = line.map((text, column) => {
      const width = widths[column] ?? 0
      return (isFigure[column] === true ? padStart : padEnd)(truncate(text, width), width)
    })
    return `  ${cells.join('  ')}`.trimEnd()
  }
  return [style.dim(format(titles)), ...rows.map(format)].map((line) => `${line}\n`).join('')
}
