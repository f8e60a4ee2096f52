import { differenceOf } from '../difference.ts'
import type { Measure } from '../measure.ts'
import { groupsOf } from '../wording/groups.ts'
import { differenceText, valueText } from '../wording/value-text.ts'
import { escapeHtml } from './escape.ts'
import { pillHtml } from './marks.ts'

/** Every row of the card in its group, with its note; how it was measured unfolds. */
export function measuresHtml(measures: readonly Measure[]): string {
  const head = (title: string, look = ''): string => `<th scope="col"${look}>${title}</th>`
  const heads = [head('measure'), head('before', ' class="n"'), head('after', ' class="n"'), head('difference')].join(
    '',
  )
  const bodies = groupsOf(measures).map((group) => {
    return `<tbody>${groupHtml(group, 4)}${group.map(rowHtml).join('')}</tbody>`
  })
  return `<div class="panel"><table class="rows"><thead><tr>${heads}</tr></thead>${bodies.join('')}</table></div>`
}

/** Rows of one image: what they have after. */
export function ownMeasuresHtml(measures: readonly Measure[]): string {
  const bodies = groupsOf(measures).map((group) => {
    const rows = group.map(
      (measure) =>
        `<tr>${nameHtml(measure)}<td class="n">${escapeHtml(valueText(measure.after, measure.unit))}</td></tr>`,
    )
    return `<tbody>${groupHtml(group, 2)}${rows.join('')}</tbody>`
  })
  const heads = '<th scope="col">measure</th><th scope="col" class="n">value</th>'
  return `<div class="panel"><table><thead><tr>${heads}</tr></thead>${bodies.join('')}</table></div>`
}

function groupHtml([first]: readonly Measure[], columns: number): string {
  const [word = ''] = first?.id.split('.', 1) ?? []
  return `<tr class="group"><th colspan="${columns}" scope="rowgroup">${escapeHtml(word)}</th></tr>`
}

function nameHtml({ name, note = '', method }: Measure): string {
  const how = `<details><summary>${escapeHtml(name)}</summary><p>${escapeHtml(method)}</p></details>`
  const said = note === '' ? '' : `<small>${escapeHtml(note)}</small>`
  return `<th scope="row" aria-label="${escapeHtml(name)}">${how}${said}</th>`
}

function rowHtml(measure: Measure): string {
  const { unit, before, after } = measure
  const difference = differenceOf(measure)
  const value = (side: 'before' | 'after', of: Measure['before']): string =>
    `<td class="n" data-t="${side}">${escapeHtml(valueText(of, unit))}</td>`
  return `<tr>${nameHtml(measure)}${value('before', before)}${value('after', after)}<td>${pillHtml(difference, differenceText(difference, unit))}</td></tr>`
}
