import type { CardImage } from './card.ts'
import { fileRows, type FileRow } from './html/file-rows.ts'
import { filesHtml, type FileWords } from './html/files.ts'
import { ownTilesHtml, ownTitleHtml } from './html/header.ts'
import { ownLayersHtml } from './html/layers.ts'
import { ownMeasuresHtml } from './html/measures.ts'
import { pageHtml, sectionHtml } from './html/page.ts'
import { mapHtml } from './html/treemap.ts'
import { wasteHtml } from './html/waste.ts'
import type { ImageFiles, OwnFile } from './image-files.ts'
import type { LayerSize } from './layer-sizes.ts'
import type { Measure } from './measure.ts'
import type { WastedFile } from './waste.ts'

/** What the page of one image tells. What is undefined has no part of it. */
export interface ImagePage {
  readonly image: CardImage
  /** What its config says, each a name and a value: `platform`, `linux/amd64`. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  /** Of which what is after is the image's. */
  readonly measures: readonly Measure[]
  /** Whether every row is told, and not the most important ones alone. */
  readonly tellsMeasures: boolean
  readonly layers: readonly LayerSize[] | undefined
  readonly waste: { readonly files: readonly WastedFile[]; readonly instructions: readonly string[] } | undefined
  readonly files: ImageFiles | undefined
}

/** Rows of the table of files: with all else the page has less than 1 MB. */
const rowsMax = 2500

const fileWords: FileWords = {
  ...{ fate: 'layer', everyFate: 'every layer', why: 'made by', search: 'Search paths and lines' },
  none: 'There are no files here.',
}

/** One image as an HTML page that needs nothing else: what its layers cost, what is wasted, its files. It has less than 1 MB, as a card has. */
export function imageHtml({ image, facts, measures, tellsMeasures, layers, waste, files }: ImagePage): string {
  const isWhole = files !== undefined && files.count <= rowsMax
  const filesLead = isWhole ? '' : 'Where all of a small folder is of one layer, the folder stands for it.'
  const parts = [
    ownTitleHtml(image, facts),
    ownTilesHtml(measures),
    sectionHtml('Layers', 'Compressed, as they are pulled; with the line that made each.', layersOf(layers)),
    sectionHtml(
      'Wasted files',
      'A layer has them, and a later one deletes or replaces them: pulled and stored in vain.',
      waste === undefined ? '' : wasteHtml(waste.files, waste.instructions),
    ),
    sectionHtml('Where the bytes are', 'Unpacked, by folder.', files === undefined ? '' : mapHtml(files.root)),
    sectionHtml('Every file', filesLead, files === undefined ? '' : filesHtml(rowsOf(files.files, isWhole), fileWords)),
    sectionHtml(
      'Everything that was counted',
      'Press a name to see how.',
      tellsMeasures ? ownMeasuresHtml(measures) : '',
    ),
  ]
  return pageHtml(image.name, parts.filter((part) => part !== '').join('\n'))
}

function layersOf(layers: readonly LayerSize[] | undefined): string {
  return layers === undefined ? '' : ownLayersHtml(layers)
}

function rowsOf(files: Iterable<OwnFile>, isWhole: boolean): readonly FileRow[] {
  const fates = Iterator.from(files).map(({ path, layer, instruction, sizeBytes }) => ({
    ...{ path, fate: `layer ${layer + 1}`, why: instruction, sizeBytes },
  }))
  if (!isWhole) return fileRows(fates, rowsMax)
  const rows = fates.map((fate) => ({ ...fate, paths: 1 })).toArray()
  return rows.toSorted((one, other) => other.sizeBytes - one.sizeBytes || (one.path < other.path ? -1 : 1))
}
