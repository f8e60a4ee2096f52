import { differenceOf } from '../difference.ts'
import type { Measure, MeasuredValue } from '../measure.ts'
import { differenceText, valueParts } from '../wording/value-text.ts'
import { escapeHtml } from './escape.ts'
import { pillHtml, widthOf } from './marks.ts'

/** Medians as bars, over each a line from the lowest to the highest run; a scale for each row. Empty where no time was measured. */
export function timesHtml(measures: readonly Measure[]): string {
  const times = measures.filter(({ unit, before, after }) => unit === 'milliseconds' && (before ?? after) !== undefined)
  return times.length === 0 ? '' : `<div class="times">${times.map(timeHtml).join('')}</div>`
}

function timeHtml(measure: Measure): string {
  const { name, before, after } = measure
  const difference = differenceOf(measure)
  const most = Math.max(...[before, after].map(highestOf))
  const row = (side: 'before' | 'after', value: MeasuredValue | undefined): string => {
    const { value: text, spread } = valueParts(value, 'milliseconds')
    const said = spread === '' ? '' : `<small>${spread}</small>`
    return `<div class="${side}"><span class="soft">${side}</span>${rangeSvg(value, most)}<b>${escapeHtml(text)}${said}</b></div>`
  }
  const pill = pillHtml(difference, differenceText(difference, 'milliseconds'))
  return `<article class="panel time"><header><h3>${escapeHtml(name)}</h3>${pill}</header>${row('before', before)}${row('after', after)}</article>`
}

function highestOf(value: MeasuredValue | undefined): number {
  return value === undefined ? 0 : (value.spread?.highest ?? Number(value.value))
}

function rangeSvg(value: MeasuredValue | undefined, most: number): string {
  const track = '<rect class="track" y="6" width="100%" height="10" rx="5"/>'
  if (value === undefined) return `<svg aria-hidden="true">${track}</svg>`
  const bar = `<rect class="mid" y="6" width="${widthOf(Number(value.value), most)}" height="10" rx="5"/>`
  return `<svg aria-hidden="true">${track}${bar}${value.spread === undefined ? '' : spreadSvg(value.spread, most)}</svg>`
}

/** A whisker: a line with an end on both sides. */
function spreadSvg({ lowest, highest }: { readonly lowest: number; readonly highest: number }, most: number): string {
  const [from, to] = [widthOf(lowest, most), widthOf(highest, most)]
  const end = (x: string): string => `<line x1="${x}" x2="${x}" y1="5" y2="17"/>`
  return `<line x1="${from}" x2="${to}" y1="11" y2="11"/>${end(from)}${end(to)}`
}
