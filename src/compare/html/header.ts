import type { BudgetBreak } from '../budget.ts'
import type { Card, CardImage } from '../card.ts'
import { differenceOf } from '../difference.ts'
import type { Measure } from '../measure.ts'
import { differenceText, valueParts } from '../wording/value-text.ts'
import { escapeHtml } from './escape.ts'
import { pillHtml, widthOf } from './marks.ts'

/** Which images these are. */
export function titleHtml({ before, after }: Pick<Card, 'before' | 'after'>): string {
  const digests = [digestText('before', before), digestText('after', after)].filter((each) => each !== '')
  const shown = digests.length === 0 ? '' : `<p class="digest">${digests.join(' · ')}</p>`
  return `<h1><span>${escapeHtml(before.name)}</span> <span>→</span> <span>${escapeHtml(after.name)}</span></h1>${shown}`
}

/** Which image this is, and what its config says. @param facts each a name and a value */
export function ownTitleHtml({ name, digest }: CardImage, facts: readonly (readonly [string, string])[]): string {
  const shown = digest === undefined ? '' : `<p class="digest">${escapeHtml(digest)}</p>`
  const list = facts.map(([term, value]) => `<div><dt>${escapeHtml(term)}</dt><dd>${escapeHtml(value)}</dd></div>`)
  return `<h1><span>${escapeHtml(name)}</span></h1>${shown}${list.length === 0 ? '' : `<dl class="facts">${list.join('')}</dl>`}`
}

function digestText(side: string, { digest }: CardImage): string {
  if (digest === undefined) return ''
  const short = digest.slice(0, 'sha256:'.length + 12)
  return `<span title="${escapeHtml(digest)}">${side} ${escapeHtml(short)}</span>`
}

/** What a budget does not allow. */
export function breaksHtml(breaks: readonly BudgetBreak[]): string {
  if (breaks.length === 0) return '<p class="banner good"><b>The budget is kept.</b></p>'
  const lines = breaks.map(
    ({ limit, name, reason }) =>
      `<li><code>${escapeHtml(limit)}</code> ${escapeHtml(name)}: ${escapeHtml(reason)}</li>`,
  )
  return `<div class="banner bad"><b>The budget is not kept</b><ul>${lines.join('')}</ul></div>`
}

/** The rows that are told large, as far as the card has them. */
const headlines = [
  ['size.compressed'],
  ['size.unpacked'],
  ['content.files'],
  ['content.packages'],
  ['safety.setuid'],
  ['start.first-answer', 'content.layers'],
]

/** The same of one image. */
const ownHeadlines = [
  'size.compressed',
  'size.unpacked',
  'size.waste',
  'content.files',
  'content.packages',
  'safety.setuid',
]

/** A few large figures of one image: what rows have after. */
export function ownTilesHtml(measures: readonly Measure[]): string {
  const tiles = ownHeadlines.flatMap((id) => measures.filter((measure) => measure.id === id)).map(ownTileHtml)
  return `<div class="tiles own">${tiles.join('')}</div>`
}

function ownTileHtml({ name, unit, after }: Measure): string {
  return `<div class="tile"><h3>${escapeHtml(name)}</h3><b>${escapeHtml(valueParts(after, unit).value)}</b></div>`
}

/** A few large figures. */
export function tilesHtml(measures: readonly Measure[]): string {
  const byId = new Map(measures.map((measure) => [measure.id, measure]))
  const found = headlines.flatMap((ids) => ids.flatMap((id) => byId.get(id) ?? []).slice(0, 1))
  return `<div class="tiles">${found.map(tileHtml).join('')}</div>`
}

function tileHtml(measure: Measure): string {
  const { name, unit, before, after } = measure
  const difference = differenceOf(measure)
  const [was, is] = [valueParts(before, unit), valueParts(after, unit)]
  const most = Math.max(Number(before?.value ?? 0), Number(after?.value ?? 0))
  const bar = (value: Measure['before']): string => `<i style="--w:${widthOf(Number(value?.value ?? 0), most)}"></i>`
  const bars = most > 0 ? `<div class="two" aria-hidden="true">${bar(before)}${bar(after)}</div>` : ''
  return `<div class="tile"><h3>${escapeHtml(name)}</h3><b>${escapeHtml(is.value)}</b><span class="soft">was ${escapeHtml(was.value)}</span>${bars}${pillHtml(difference, differenceText(difference, unit))}</div>`
}
