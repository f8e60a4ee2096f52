import { formatCount } from '../std/format-count.ts'
import { formatSize } from '../std/format-size.ts'
import { truncate } from '../std/text-width.ts'
import type { LayerSize } from './layer-sizes.ts'
import type { WastedFile } from './waste.ts'
import { markdownTable } from './wording/markdown-parts.ts'
import { markdownText } from './wording/markdown-text.ts'

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

const filesMax = 100

/** What is in vain, as a table for a pull request, in the order in which it is given. What is not shown is counted. */
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
  return `${table}\n${rest > 0 ? `\nand ${formatCount(rest)} more\n` : ''}`
}

function cell(text: string): string {
  return markdownText(truncate(text, 120))
}
