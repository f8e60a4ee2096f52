import { formatSize } from '../../std/format-size.ts'
import { plural } from '../../std/plural.ts'
import type { LayerSize } from '../layer-sizes.ts'
import { escapeHtml } from './escape.ts'
import { widthOf } from './marks.ts'

/** The bar of one image's layers, and what each costs with the line that made it. */
export function ownLayersHtml(layers: readonly LayerSize[]): string {
  if (layers.length === 0) return '<div class="panel"><p>The image has no layers.</p></div>'
  const most = Math.max(...layers.map(({ wasteBytes }) => wasteBytes))
  const rows = layers.map(({ instruction, compressedBytes, unpackedBytes, wasteBytes, digest }, index) => {
    const look = wasteBytes > 0 && wasteBytes === most ? ' class="pill bad"' : ''
    const waste = wasteBytes === 0 ? '<span class="soft">none</span>' : `<span${look}>${formatSize(wasteBytes)}</span>`
    const figures = [formatSize(compressedBytes), formatSize(unpackedBytes), waste]
    const cells = figures
      .map((figure, column) => `<td class="n" data-t="${figureTitles[column]}">${figure}</td>`)
      .join('')
    const mark = `<span class="dot ${hueOf(index)}"></span>`
    return `<tr><th scope="row" title="${escapeHtml(digest)}">${mark}${index + 1}</th><td>${lineHtml(instruction)}</td>${cells}</tr>`
  })
  const heads = figureTitles.map((title) => `<th scope="col" class="n">${title}</th>`).join('')
  return `<div class="panel">${stackHtml('the lowest first', layers, sum(layers))}<table class="lines"><thead><tr><th scope="col">layer</th><th scope="col">made by</th>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

const figureTitles = ['compressed', 'unpacked', 'waste'] as const

function lineHtml(instruction: string): string {
  return instruction === '' ? '<span class="soft">no history</span>' : `<code>${escapeHtml(instruction)}</code>`
}

/** Two bars of layers at one scale, and the lines that made them. */
export function layersHtml(before: readonly LayerSize[], after: readonly LayerSize[]): string {
  const most = Math.max(sum(before), sum(after))
  return `<div class="panel">${stackHtml('before', before, most)}${stackHtml('after', after, most)}<div class="pair">${layerTable('before', before)}${layerTable('after', after)}</div></div>`
}

function sum(layers: readonly LayerSize[]): number {
  return layers.reduce((total, { compressedBytes }) => total + compressedBytes, 0)
}

function hueOf(index: number): string {
  return `hue${(index % 7) + 1}`
}

function stackHtml(side: string, layers: readonly LayerSize[], most: number): string {
  const parts = layers.map(({ compressedBytes, instruction }, index) => {
    const title = `layer ${index + 1}: ${formatSize(compressedBytes)} ${escapeHtml(instruction)}`
    return `<i class="${hueOf(index)}" style="width:${widthOf(compressedBytes, most)}" title="${title}"></i>`
  })
  const label = `${side}: ${formatSize(sum(layers))} in ${plural(layers.length, 'layer')}, compressed`
  return `<span>${label}</span><div class="stack" role="img" aria-label="${label}">${parts.join('')}</div>`
}

function layerTable(side: string, layers: readonly LayerSize[]): string {
  if (layers.length === 0) return `<p class="soft">No layers ${side}.</p>`
  const rows = layers.map(({ instruction, compressedBytes, wasteBytes, isShared }, index) => {
    const line = lineHtml(instruction)
    const shared = isShared ? ' <span class="pill">in both</span>' : ''
    const waste = wasteBytes > 0 ? ` <span class="pill bad">${formatSize(wasteBytes)} wasted</span>` : ''
    const mark = `<span class="dot ${hueOf(index)}"></span>`
    return `<tr><td class="n">${mark}${index + 1}</td><td class="n">${formatSize(compressedBytes)}</td><td>${line}${shared}${waste}</td></tr>`
  })
  return `<table><caption>Layers ${side} <small>the lowest first</small></caption><thead><tr><th scope="col" class="n">layer</th><th scope="col" class="n">size</th><th scope="col">made by</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}
