import { otherMachine, type Card } from './card.ts'
import type { ImageDifferences } from './diff-images.ts'
import type { FileFate } from './file-fate.ts'
import { changesHtml } from './html/changes.ts'
import { escapeHtml } from './html/escape.ts'
import { fileRows } from './html/file-rows.ts'
import { fateWords, filesHtml } from './html/files.ts'
import { breaksHtml, tilesHtml, titleHtml } from './html/header.ts'
import { layersHtml } from './html/layers.ts'
import { measuresHtml } from './html/measures.ts'
import { pageHtml, sectionHtml } from './html/page.ts'
import { reasonsHtml } from './html/reasons.ts'
import { timesHtml } from './html/times.ts'
import { mapsHtml } from './html/treemap.ts'
import { timesHostText } from './host-machine.ts'
import type { LayerSize } from './layer-sizes.ts'
import { simulationText } from './machine.ts'

/** What the page has that the other forms do not. */
export interface CardPage {
  readonly card: Card
  readonly layers: { readonly before: readonly LayerSize[]; readonly after: readonly LayerSize[] } | undefined
  /** What became of each file and why: from a ledger of slim; undefined for what is different. */
  readonly fates: readonly FileFate[] | undefined
}

/** Rows of the table of files. Each takes about 250 bytes: with all else the page has less than 1 MB. */
const rowsMax = 2500

/**
 * The card as one HTML page that needs nothing else: charts of plain elements and inline SVG, styles and a small script, which its
 * Content-Security-Policy allows and nothing more. However many files there are, the page has less than 1 MB: folders stand for what is in them.
 */
export function cardHtml({ card, layers, fates }: CardPage): string {
  const { before, after, measures, machine, host, differences, breaks } = card
  const other = otherMachine(card)
  const measuredOn = timesHostText(measures, host)
  const told = fates ?? (differences === undefined ? undefined : differenceFates(differences))
  const parts = [
    titleHtml(card),
    machine === undefined ? '' : `<p class="lead">${escapeHtml(simulationText(machine))}</p>`,
    breaks === undefined ? '' : breaksHtml(breaks),
    other === undefined ? '' : `<p class="banner warn"><b>Another machine.</b> ${escapeHtml(other)}</p>`,
    tilesHtml(measures),
    sectionHtml('Everything that was measured', 'Press a name to see how.', measuresHtml(measures)),
    sectionHtml(
      'Times',
      `Medians, and a line from the fastest to the slowest run. ${escapeHtml(measuredOn ?? '')}`.trimEnd(),
      timesHtml(measures),
    ),
    sectionHtml(
      'Size by layer',
      'Compressed, as layers are pulled. Both bars have one scale.',
      layers === undefined ? '' : layersHtml(layers.before, layers.after),
    ),
    sectionHtml(
      'Where the bytes are',
      'Unpacked, by folder. Each map fills its frame, whatever its image takes; the colours are the same in both.',
      differences === undefined ? '' : mapsHtml(differences.files.root),
    ),
    sectionHtml('What was dropped, and why', reasonsLead, fates === undefined ? '' : reasonsHtml(fates)),
    sectionHtml('Packages and configuration', '', differences === undefined ? '' : changesHtml(differences)),
    sectionHtml(
      fates === undefined ? 'Every file that is different' : 'Every file',
      'Where one thing became of all that is in a small folder, the folder stands for it.',
      told === undefined ? '' : filesHtml(fileRows(told, rowsMax), fateWords),
    ),
  ]
  return pageHtml(`${before.name} → ${after.name}`, parts.filter((part) => part !== '').join('\n'))
}

const reasonsLead = 'Press a reason to see its files below.'

/** One after the other: a list of them would take as much as the differences themselves. */
function* differenceFates({ files: { added, removed, changed, moved } }: ImageDifferences): Generator<FileFate> {
  for (const { path, sizeBytes } of added) yield { path, fate: 'added', why: '', sizeBytes }
  for (const { path, sizeBytes } of removed) yield { path, fate: 'removed', why: '', sizeBytes }
  for (const { path, parts, afterBytes } of changed) {
    yield { path, fate: 'changed', why: parts.join(', '), sizeBytes: afterBytes }
  }
  for (const { path, from, sizeBytes } of moved) yield { path, fate: 'moved', why: `from ${from}`, sizeBytes }
}
