import { formatSize } from '../../std/format-size.ts'
import { plural } from '../../std/plural.ts'
import type { LayerSize } from '../layer-sizes.ts'
import { escapeHtml } from './escape.ts'
import { widthOf } from './marks.ts'

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
    const line = instruction === '' ? '<span class="soft">no history</span>' : `<code>${escapeHtml(instruction)}</code>`
    const shared = isShared ? ' <span class="pill">in both</span>' : ''
    const waste = wasteBytes > 0 ? ` <span class="pill bad">${formatSize(wasteBytes)} wasted</span>` : ''
    const mark = `<span class="dot ${hueOf(index)}"></span>`
    return `<tr><td class="n">${mark}${index + 1}</td><td class="n">${formatSize(compressedBytes)}</td><td>${line}${shared}${waste}</td></tr>`
  })
  return `<table><caption>Layers ${side} <small>the lowest first</small></caption><thead><tr><th scope="col" class="n">layer</th><th scope="col" class="n">size</th><th scope="col">made by</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}
