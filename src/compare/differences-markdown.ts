import { formatCount } from '../std/format-count.ts'
import { formatSize } from '../std/format-size.ts'
import { truncate } from '../std/text-width.ts'
import type { ImageDifferences } from './diff-images.ts'
import { largestFolders } from './differences/largest-folders.ts'
import { markdownDetails, markdownTable } from './wording/markdown-parts.ts'
import { markdownText } from './wording/markdown-text.ts'

const foldersMax = 16
const linesMax = 40
/** A forge takes a comment of 65,536 characters: all tables together stay far below. */
const cellColumnsMax = 120

/** What makes two images different, for a pull request: folded up, each part with its counts in the line that is seen. What is not shown is counted. */
export function differencesMarkdown(differences: ImageDifferences): readonly string[] {
  return [...filesParts(differences), ...changeParts(differences), layersPart(differences)]
}

function filesParts({ files: { added, removed, changed, moved, root } }: ImageDifferences): readonly string[] {
  if (root.changes === 0) return ['Files: the same.']
  const folders = largestFolders(root, foldersMax).map(({ sum, isRest }) => [
    isRest ? `${cell(sum.path)} (the rest)` : cell(sum.path),
    ...[formatSize(sum.beforeBytes), formatSize(sum.afterBytes), count(sum.changes)],
  ])
  const lists = [
    ['added', added.map(({ path, sizeBytes }) => [cell(path), formatSize(sizeBytes)])],
    ['removed', removed.map(({ path, sizeBytes }) => [cell(path), formatSize(sizeBytes)])],
    [
      'changed',
      changed.map(({ path, parts, afterBytes }) => [cell(path), `${formatSize(afterBytes)}, ${parts.join(', ')}`]),
    ],
    ['moved', moved.map(({ path, from }) => [cell(path), `from ${cell(from)}`])],
  ] as const
  const counts = lists.map(([word, rows]) => `${count(rows.length)} ${word}`).join(', ')
  const tables = lists.flatMap(([word, rows]) => (rows.length === 0 ? [] : shortened([word, ''], ['---', '---'], rows)))
  const table = markdownTable(['folder', 'before', 'after', 'changes'], ['---', '---:', '---:', '---:'], folders)
  return [markdownDetails(`Files: ${counts}`, [table, ...tables].join('\n\n'))]
}

function changeParts({ packages, configuration }: ImageDifferences): readonly string[] {
  const settings = configuration.map(({ setting, before, after }) => ({ name: setting, before, after }))
  const packagesPart =
    packages === undefined
      ? 'Packages: those of one image cannot be read.'
      : changesPart('Packages', 'package', packages)
  return [packagesPart, changesPart('Configuration', 'setting', settings)]
}

interface Change {
  readonly name: string
  readonly before: string | undefined
  readonly after: string | undefined
}

function changesPart(title: string, first: string, changes: readonly Change[]): string {
  if (changes.length === 0) return `${title}: the same.`
  const removed = changes.filter(({ after }) => after === undefined)
  const added = changes.filter(({ before }) => before === undefined).length
  const counts = `${count(added)} added, ${count(removed.length)} removed, ${count(changes.length - added - removed.length)} changed`
  // What came or is new in its version is looked at first; what went is rarely a surprise.
  const shown = [...changes.filter(({ after }) => after !== undefined), ...removed]
  const rows = shown.map(({ name, before = '–', after = '–' }) => [name, before, after].map(cell))
  const table = shortened([first, 'before', 'after'], ['---', '---', '---'], rows)
  return markdownDetails(`${title}: ${counts}`, table.join('\n\n'))
}

function layersPart({ shared: { layers, compressedBytes, newBytes } }: ImageDifferences): string {
  const there = layers === 0 ? 'none is shared' : `${count(layers)} shared, ${formatSize(compressedBytes)}`
  return `Layers: ${there}; ${formatSize(newBytes)} to pull where the first image is.`
}

function shortened(
  titles: readonly string[],
  lines: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const rest = rows.length - linesMax
  const table = markdownTable(titles, lines, rows.slice(0, linesMax))
  return rest > 0 ? [table, `and ${count(rest)} more`] : [table]
}

function cell(text: string): string {
  return markdownText(truncate(text, cellColumnsMax))
}

function count(number: number): string {
  return formatCount(number)
}
