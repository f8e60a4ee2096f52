import { hash } from 'node:crypto'
import { otherMachine, type Card } from './card.ts'
import type { ImageDifferences } from './diff-images.ts'
import type { FileFate } from './file-fate.ts'
import { changesHtml } from './html/changes.ts'
import { escapeHtml } from './html/escape.ts'
import { fileRows } from './html/file-rows.ts'
import { filesHtml } from './html/files.ts'
import { breaksHtml, tilesHtml, titleHtml } from './html/header.ts'
import { layersHtml } from './html/layers.ts'
import { measuresHtml } from './html/measures.ts'
import { reasonsHtml } from './html/reasons.ts'
import { pageScript } from './html/script.ts'
import { pageStyle } from './html/style.ts'
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
    other === undefined ? '' : `<p class="banner"><b>Another machine.</b> ${escapeHtml(other)}</p>`,
    tilesHtml(measures),
    section('Everything that was measured', 'Press a name to see how.', measuresHtml(measures)),
    section(
      'Times',
      `Medians, and a line from the fastest to the slowest run. ${escapeHtml(measuredOn ?? '')}`.trimEnd(),
      timesHtml(measures),
    ),
    section(
      'Size by layer',
      'Compressed, as layers are pulled. Both bars have one scale.',
      layers === undefined ? '' : layersHtml(layers.before, layers.after),
    ),
    section(
      'Where the bytes are',
      'Unpacked, by folder. Each map fills its frame, whatever its image takes; the colours are the same in both.',
      differences === undefined ? '' : mapsHtml(differences.files.root),
    ),
    section('What was dropped, and why', reasonsLead, fates === undefined ? '' : reasonsHtml(fates)),
    section('Packages and configuration', '', differences === undefined ? '' : changesHtml(differences)),
    section(
      fates === undefined ? 'Every file that is different' : 'Every file',
      'Where one thing became of all that is in a small folder, the folder stands for it.',
      told === undefined ? '' : filesHtml(fileRows(told, rowsMax)),
    ),
  ]
  return page(`${before.name} → ${after.name}`, parts.filter((part) => part !== '').join('\n'))
}

const reasonsLead = 'Press a reason to see its files below.'

/** Nothing where there is nothing to show. */
function section(title: string, lead: string, content: string): string {
  if (content === '') return ''
  const said = lead === '' ? '' : `<p class="lead">${lead}</p>`
  return `<section aria-label="${title}"><h2>${title}</h2>${said}${content}</section>`
}

function differenceFates({ files: { added, removed, changed, moved } }: ImageDifferences): readonly FileFate[] {
  return [
    ...added.map(({ path, sizeBytes }) => ({ path, fate: 'added', why: '', sizeBytes })),
    ...removed.map(({ path, sizeBytes }) => ({ path, fate: 'removed', why: '', sizeBytes })),
    ...changed.map(({ path, parts, afterBytes }) => ({
      ...{ path, fate: 'changed', why: parts.join(', '), sizeBytes: afterBytes },
    })),
    ...moved.map(({ path, from, sizeBytes }) => ({ path, fate: 'moved', why: `from ${from}`, sizeBytes })),
  ]
}

function page(title: string, content: string): string {
  const source = `'sha256-${hash('sha256', pageScript, 'base64')}'`
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${source}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
${content}
</main>
<script>${pageScript}</script>
</body>
</html>
`
}
