import { formatSize } from '../../std/format-size.ts'
import type { LayerSize } from '../layer-sizes.ts'
import type { Measure, MeasuredValue } from '../measure.ts'
import { valueText } from '../wording/value-text.ts'
import { escapeHtml } from './escape.ts'

/** Two bars of layers at one scale, and the lines that made them. */
export function layersHtml(before: readonly LayerSize[], after: readonly LayerSize[]): string {
  const most = Math.max(1, sum(before), sum(after))
  return `<div class="bars">${barHtml('before', before, most)}${barHtml('after', after, most)}</div>
<div class="pair">${layerTable('before', before)}${layerTable('after', after)}</div>`
}

function sum(layers: readonly LayerSize[]): number {
  return layers.reduce((total, { compressedBytes }) => total + compressedBytes, 0)
}

function barHtml(side: string, layers: readonly LayerSize[], most: number): string {
  let x = 0
  const shapes = layers.map(({ compressedBytes, instruction }, index) => {
    const width = Math.max(0.3, (compressedBytes / most) * 1000)
    const title = `<title>layer ${index + 1}: ${formatSize(compressedBytes)} ${escapeHtml(instruction)}</title>`
    const shape = `<rect x="${x.toFixed(1)}" width="${width.toFixed(1)}" height="26" class="hue${(index % 7) + 1}">${title}</rect>`
    x += width
    return shape
  })
  const label = `${side}: ${formatSize(sum(layers))} in ${layers.length} layers`
  return `<div><span>${label}</span><svg viewBox="0 0 1003 26" preserveAspectRatio="none" role="img" aria-label="${label}">${shapes.join('')}</svg></div>`
}

function layerTable(side: string, layers: readonly LayerSize[]): string {
  const rows = layers.map(({ instruction, compressedBytes, wasteBytes, isShared }, index) => {
    const notes = [isShared ? 'shared' : '', wasteBytes > 0 ? `${formatSize(wasteBytes)} wasted` : '']
    const note = notes.filter((each) => each !== '').join(', ')
    const line = instruction === '' ? '<i>no history</i>' : `<code>${escapeHtml(instruction)}</code>`
    const mark = `<span class="dot hue${(index % 7) + 1}"></span>`
    return `<tr><td>${mark}${index + 1}</td><td class="n">${formatSize(compressedBytes)}</td><td>${line} <small>${note}</small></td></tr>`
  })
  return `<div class="scroll"><table><caption>Layers ${side}, the lowest first</caption><thead><tr><th>layer</th><th class="n">compressed</th><th>made by</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

/** Medians as dots on the line from the lowest to the highest run; a scale for each row. */
export function timesHtml(measures: readonly Measure[]): string {
  const times = measures.filter(({ unit, before, after }) => unit === 'milliseconds' && (before ?? after) !== undefined)
  return times.map(timeHtml).join('')
}

function timeHtml(measure: Measure): string {
  const { name, before, after } = measure
  const most = Math.max(1e-9, ...[before, after].map(highestOf)) * 1.05
  const lines = [
    ['before', before],
    ['after', after],
  ] as const
  const rows = lines.map(([side, value]) => {
    const text = escapeHtml(valueText(value, 'milliseconds'))
    return `<div class="time"><span>${side}</span>${rangeSvg(side, value, most)}<b>${text}</b></div>`
  })
  return `<div class="times"><h3>${escapeHtml(name)}</h3>${rows.join('')}</div>`
}

function highestOf(value: MeasuredValue | undefined): number {
  return value === undefined ? 0 : (value.spread?.highest ?? Number(value.value))
}

function rangeSvg(side: string, value: MeasuredValue | undefined, most: number): string {
  if (value === undefined) return '<svg viewBox="0 0 400 16" aria-hidden="true"></svg>'
  const x = (ms: number): string => ((ms / most) * 400).toFixed(1)
  const { lowest, highest } = value.spread ?? { lowest: Number(value.value), highest: Number(value.value) }
  const line = `<line x1="${x(lowest)}" x2="${x(highest)}" y1="8" y2="8"/>`
  return `<svg viewBox="0 0 400 16" class="${side}" aria-hidden="true"><rect width="${x(Number(value.value))}" y="5" height="6" rx="3"/>${line}<circle cx="${x(Number(value.value))}" cy="8" r="4"/></svg>`
}
