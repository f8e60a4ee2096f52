import { hash } from 'node:crypto'
import type { Card } from './card.ts'
import type { ImageDifferences } from './diff-images.ts'
import type { FileFate } from './file-fate.ts'
import { layersHtml, timesHtml } from './html/charts.ts'
import { escapeHtml } from './html/escape.ts'
import { fileRows } from './html/file-rows.ts'
import { breaksHtml, changesHtml, filesHtml, measuresHtml, tilesHtml } from './html/parts.ts'
import { pageScript, pageStyle } from './html/style.ts'
import { treemapSvg } from './html/treemap.ts'
import type { LayerSize } from './layer-sizes.ts'

/** What the page has that the other forms do not. */
export interface CardPage {
  readonly card: Card
  readonly layers: { readonly before: readonly LayerSize[]; readonly after: readonly LayerSize[] } | undefined
  /** What became of each file and why: from a ledger of slim; undefined for what is different. */
  readonly fates: Iterable<FileFate> | undefined
}

/** Rows of the table of files. Each takes about 200 bytes: with all else the page has less than 1 MB. */
const rowsMax = 2500

/**
 * The card as one HTML page that needs nothing else: charts as inline SVG, styles and a small script, which its Content-Security-Policy allows
 * and nothing more. However many files there are, the page has less than 1 MB: folders stand for what is in them.
 */
export function cardHtml({ card, layers, fates }: CardPage): string {
  const { before, after, measures, differences, breaks } = card
  const times = timesHtml(measures)
  const told = fates ?? (differences === undefined ? undefined : differenceFates(differences))
  const parts = [
    `<h1>${escapeHtml(before.name)} <span>→</span> ${escapeHtml(after.name)}</h1>`,
    breaks === undefined ? '' : breaksHtml(breaks),
    tilesHtml(measures),
    section('Everything that was measured', measuresHtml(measures)),
    times === ''
      ? ''
      : section(
          'Times',
          `<p>Medians; the line goes from the fastest to the slowest run.</p><div class="timegrid">${times}</div>`,
        ),
    layers === undefined
      ? ''
      : section('Size by layer', `<div class="panel">${layersHtml(layers.before, layers.after)}</div>`),
    differences === undefined ? '' : section('Where the bytes are', mapsHtml(differences)),
    differences === undefined ? '' : section('Packages and configuration', changesHtml(differences)),
    told === undefined
      ? ''
      : section(
          fates === undefined ? 'What is different' : 'What stays, what goes, and why',
          filesHtml(fileRows(told, rowsMax)),
        ),
  ]
  return page(`${before.name} → ${after.name}`, parts.filter((part) => part !== '').join('\n'))
}

function section(title: string, content: string): string {
  return `<section><h2>${title}</h2>${content}</section>`
}

function mapsHtml({ files: { root } }: ImageDifferences): string {
  const figure = (side: 'beforeBytes' | 'afterBytes', title: string): string =>
    `<figure><figcaption>${title}</figcaption>${root[side] === 0 ? '<p>No files with content.</p>' : treemapSvg(root, side, title)}</figure>`
  return `<div class="panel"><p>Each map is drawn as large as the page allows, whatever its image takes.</p><div class="pair">${figure('beforeBytes', 'Folders before')}${figure('afterBytes', 'Folders after')}</div></div>`
}

function* differenceFates({ files }: ImageDifferences): Generator<FileFate> {
  const { added, removed, changed, moved } = files
  for (const { path, sizeBytes } of added) yield { path, fate: 'added', why: '', sizeBytes }
  for (const { path, sizeBytes } of removed) yield { path, fate: 'removed', why: '', sizeBytes }
  for (const { path, parts, afterBytes } of changed)
    yield { path, fate: 'changed', why: parts.join(', '), sizeBytes: afterBytes }
  for (const { path, from, sizeBytes } of moved) yield { path, fate: 'moved', why: `from ${from}`, sizeBytes }
}

function page(title: string, content: string): string {
  const source = `'sha256-${hash('sha256', pageScript, 'base64')}'`
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${source}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
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
