import { layersMarkdown, wasteMarkdown } from '../../compare/image-markdown.ts'
import { layerSizes } from '../../compare/layer-sizes.ts'
import type { ImageWithTree } from '../../compare/measurable-image.ts'
import { largestWaste, layerInstructions, type WastedFile } from '../../compare/waste.ts'
import { openFileTree } from '../../filetree/file-tree.ts'
import type { ContentSource } from '../../image/content.ts'
import { shortDigest } from '../../image/digest.ts'
import { loadImage } from '../../image/image.ts'
import { hostPlatform } from '../../image/platform.ts'
import { formatSize } from '../../std/format-size.ts'
import { plural } from '../../std/plural.ts'
import { printable } from '../../std/printable.ts'
import { truncate } from '../../std/text-width.ts'
import type { CommandContext } from '../context.ts'
import { formatJson } from '../format/json.ts'
import { formatTable } from '../format/table.ts'
import type { Inspection } from './inspection.ts'

/** How what layers have may be printed. */
export type LayerFormat = 'text' | 'json' | 'markdown'

/** Prints what each layer costs, with the line of the Dockerfile that made it, or what is in vain in them. */
export async function printLayers(
  source: ContentSource,
  { descriptor }: Inspection,
  cacheDirectory: string,
  { what, format }: { readonly what: 'layers' | 'waste'; readonly format: LayerFormat },
  { job, output }: CommandContext,
): Promise<void> {
  const image = await loadImage(source, descriptor, hostPlatform(), job)
  await using tree = await openFileTree(image, cacheDirectory, job)
  const columns = output.columns ?? 120
  if (what === 'layers') await output.write(layersOf({ image, tree }, format, columns))
  else await output.write(wasteOf({ image, tree }, format, columns))
}

const title = (text: string) => ({ title: text })
const figure = (text: string) => ({ title: text, align: 'right' }) as const

function layersOf(image: ImageWithTree, format: LayerFormat, columns: number): string {
  const layers = layerSizes(image, undefined)
  if (format === 'markdown') return layersMarkdown(layers)
  if (format === 'json') {
    return formatJson(
      layers.map(({ digest, instruction, compressedBytes, unpackedBytes, wasteBytes }) => ({
        ...{ digest, instruction, compressedBytes, unpackedBytes, wasteBytes },
      })),
    )
  }
  const rows = layers.map(({ digest, instruction, compressedBytes, unpackedBytes, wasteBytes }) => [
    shortDigest(digest),
    ...[compressedBytes, unpackedBytes, wasteBytes].map(formatSize),
    truncate(printable(instruction), Math.max(20, columns - 60)),
  ])
  const titles = [title('DIGEST'), figure('COMPRESSED'), figure('UNPACKED'), figure('WASTE'), title('MADE BY')]
  return formatTable(titles, rows)
}

/** The largest first. A text has no more than this many; what is left is counted. */
const filesMax = 100

function wasteOf({ image, tree }: ImageWithTree, format: LayerFormat, columns: number): string {
  const files = largestWaste(tree)
  const instructions = layerInstructions(image)
  if (format === 'markdown') return wasteMarkdown(files, instructions)
  const line = (layer: number): string => instructions[layer] ?? ''
  if (format === 'json') {
    return formatJson(
      files.map(({ path, sizeBytes, layer, fate, hiddenBy }) => ({
        ...{ path, size: sizeBytes, layer, madeBy: line(layer), fate, hiddenBy, hiddenByLine: line(hiddenBy) },
      })),
    )
  }
  if (files.length === 0) return 'Nothing is wasted.\n'
  const room = Math.max(20, Math.floor((columns - 24) / 3))
  const rows = files
    .slice(0, filesMax)
    .map(({ sizeBytes, path, layer, fate, hiddenBy }) => [
      formatSize(sizeBytes),
      printable(path),
      truncate(printable(line(layer)), room),
      `${fate} by ${truncate(printable(line(hiddenBy)), room)}`,
    ])
  const table = formatTable([figure('SIZE'), title('FILE'), title('MADE BY'), title('THEN')], rows)
  return table + restText(files)
}

function restText(files: readonly WastedFile[]): string {
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const rest = files.length - filesMax
  const more = rest > 0 ? `and ${plural(rest, 'file')} more; ` : ''
  return `\n${more}${formatSize(bytes)} in ${plural(files.length, 'file')}\n`
}
