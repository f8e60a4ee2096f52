import { formatCount } from '../std/format-count.ts'
import { formatSize } from '../std/format-size.ts'
import { truncate } from '../std/text-width.ts'
import type { LayerSize } from './layer-sizes.ts'
import type { WastedFile } from './waste.ts'
import { markdownDetails, markdownTable } from './wording/markdown-parts.ts'
import { markdownText } from './wording/markdown-text.ts'

/** Rows of a table of files: with all else it fits into a comment. */
const filesMax = 100

/** A file of a listing. */
export interface ListedFile {
  readonly path: string
  /** In the letters of ls(1). */
  readonly mode: string
  /** Numbers of user and group. */
  readonly owner: string
  readonly sizeBytes: number
  /** Counted from the lowest, 0. */
  readonly layer: number
  /** Of a symbolic link; empty otherwise. */
  readonly linkTarget: string
}

/** Files as a table for a pull request, in the order in which they are given, with the line that made each; folded up. What has no row is counted. */
export function filesMarkdown(under: string, files: Iterable<ListedFile>, instructions: readonly string[]): string {
  const rows: (readonly string[])[] = []
  let [count, bytes] = [0, 0]
  for (const { path, mode, owner, sizeBytes, layer, linkTarget } of files) {
    count += 1
    bytes += sizeBytes
    if (rows.length === filesMax) continue
    const shown = linkTarget === '' ? cell(path) : `${cell(path)} → ${cell(linkTarget)}`
    rows.push([shown, `\`${mode}\``, owner, formatSize(sizeBytes), `${layer}: ${cell(instructions[layer] ?? '')}`])
  }
  const table = markdownTable(['path', 'mode', 'owner', 'size', 'layer'], ['---', '---', '---', '---:', '---'], rows)
  const rest = count > filesMax ? `\n\nand ${formatCount(count - filesMax)} more` : ''
  const title = `${markdownText(under)}: ${formatCount(count)} ${count === 1 ? 'path' : 'paths'}, ${formatSize(bytes)}`
  return `${markdownDetails(title, table + rest)}\n`
}

/** What each layer costs, as a table for a pull request, with the line of the Dockerfile that made it. */
export function layersMarkdown(layers: readonly LayerSize[]): string {
  const rows = layers.map(({ instruction, compressedBytes, unpackedBytes, wasteBytes }, layer) => [
    String(layer),
    ...[compressedBytes, unpackedBytes, wasteBytes].map(formatSize),
    cell(instruction),
  ])
  const titles = ['layer', 'compressed', 'unpacked', 'waste', 'made by']
  return `${markdownTable(titles, ['---:', '---:', '---:', '---:', '---'], rows)}\n`
}

/** What is in vain, as a table for a pull request, in the order in which it is given; folded up. What has no row is counted. */
export function wasteMarkdown(files: readonly WastedFile[], instructions: readonly string[]): string {
  if (files.length === 0) return 'Nothing is wasted.\n'
  const line = (layer: number): string => cell(instructions[layer] ?? '')
  const rows = files
    .slice(0, filesMax)
    .map(({ sizeBytes, path, layer, fate, hiddenBy }) => [
      formatSize(sizeBytes),
      cell(path),
      line(layer),
      `${fate} by ${line(hiddenBy)}`,
    ])
  const table = markdownTable(['size', 'file', 'made by', 'then'], ['---:', '---', '---', '---'], rows)
  const rest = files.length - filesMax
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const title = `${formatSize(bytes)} in ${formatCount(files.length)} ${files.length === 1 ? 'file' : 'files'}`
  return `${markdownDetails(title, rest > 0 ? `${table}\n\nand ${formatCount(rest)} more` : table)}\n`
}

function cell(text: string): string {
  return markdownText(truncate(text, 120))
}
