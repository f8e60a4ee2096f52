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
    const [word = ''] = group[0]?.id.split('.', 1) ?? []
    const title = `<tr class="group"><th colspan="4" scope="rowgroup">${escapeHtml(word)}</th></tr>`
    return `<tbody>${title}${group.map(rowHtml).join('')}</tbody>`
  })
  return `<div class="panel"><table class="rows"><thead><tr>${heads}</tr></thead>${bodies.join('')}</table></div>`
}

function rowHtml(measure: Measure): string {
  const { name, unit, before, after, note = '', method } = measure
  const difference = differenceOf(measure)
  const how = `<details><summary>${escapeHtml(name)}</summary><p>${escapeHtml(method)}</p></details>`
  const said = note === '' ? '' : `<small>${escapeHtml(note)}</small>`
  const value = (side: 'before' | 'after', of: Measure['before']): string =>
    `<td class="n" data-t="${side}">${escapeHtml(valueText(of, unit))}</td>`
  return `<tr><th scope="row" aria-label="${escapeHtml(name)}">${how}${said}</th>${value('before', before)}${value('after', after)}<td>${pillHtml(difference, differenceText(difference, unit))}</td></tr>`
}
