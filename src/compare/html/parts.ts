import { formatSize } from '../../std/format-size.ts'
import type { BudgetBreak } from '../budget.ts'
import { differenceOf, type Difference } from '../difference.ts'
import type { ImageDifferences } from '../diff-images.ts'
import type { Measure } from '../measure.ts'
import { differenceText, valueText } from '../wording/value-text.ts'
import { escapeHtml } from './escape.ts'
import type { FileRow } from './file-rows.ts'

/** The rows that are told large, as far as the card has them. */
const headlines = ['size.compressed', 'size.unpacked', 'content.files', 'safety.setuid', 'start.first-answer']

/** A few large figures. */
export function tilesHtml(measures: readonly Measure[]): string {
  const found = headlines.flatMap((id) => measures.find((measure) => measure.id === id) ?? [])
  const tiles = found.map((measure) => {
    const difference = differenceOf(measure)
    const [before, after] = [valueText(measure.before, measure.unit), valueText(measure.after, measure.unit)]
    const words = escapeHtml(differenceText(difference, measure.unit))
    const change = `<span class="${classOf(difference)}">${words}</span>`
    return `<div class="tile"><h3>${escapeHtml(measure.name)}</h3><b>${escapeHtml(after)}</b><span>was ${escapeHtml(before)}</span> ${change}</div>`
  })
  return `<div class="tiles">${tiles.join('')}</div>`
}

function classOf(difference: Difference): string {
  const isBetter = 'isBetter' in difference ? difference.isBetter : undefined
  return isBetter === undefined ? '' : isBetter ? 'good' : 'bad'
}

/** Every row of the card, with its note and how it was measured. */
export function measuresHtml(measures: readonly Measure[]): string {
  const rows = measures.map((measure) => {
    const { name, unit, before, after, note = '', method } = measure
    const difference = differenceOf(measure)
    const words = `<span class="${classOf(difference)}">${escapeHtml(differenceText(difference, unit))}</span>`
    const notes = `<details><summary>how</summary><small>${escapeHtml(method)}</small></details>`
    const said = note === '' ? '' : `<br><small>${escapeHtml(note)}</small>`
    return `<tr><th scope="row">${escapeHtml(name)}${said}</th><td class="n">${escapeHtml(valueText(before, unit))}</td><td class="n">${escapeHtml(valueText(after, unit))}</td><td>${words}</td><td>${notes}</td></tr>`
  })
  return `<div class="panel scroll"><table><thead><tr><th></th><th class="n">before</th><th class="n">after</th><th></th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

/** The table of what became of the files. */
export function filesHtml(rows: readonly FileRow[]): string {
  if (rows.length === 0) return '<div class="panel"><p>The files are the same.</p></div>'
  const fates = [...new Set(rows.map(({ fate }) => fate))].toSorted()
  const options = fates.map((fate) => `<option>${escapeHtml(fate)}</option>`).join('')
  const body = rows.map(
    ({ path, fate, why, paths, sizeBytes }) =>
      `<tr data-f="${escapeHtml(fate)}" data-p="${paths}" data-s="${sizeBytes}"><td class="path">${escapeHtml(path)}<td class="fate">${escapeHtml(fate)}<td>${escapeHtml(why)}<td class="n">${formatSize(sizeBytes)}<td class="n">${paths.toLocaleString('en-US')}`,
  )
  const head = (title: string, isNumber = false): string =>
    `<th scope="col"${isNumber ? ' class="n"' : ''}><button type="button">${title}</button></th>`
  return `<div class="panel"><div class="tools"><input id="find" type="search" placeholder="Search paths and reasons" aria-label="Search paths and reasons"><select id="fate" aria-label="Only"><option value="">everything</option>${options}</select><small id="found" role="status"></small></div>
<div class="ledger" tabindex="0" role="region" aria-label="Files"><table id="files"><thead><tr>${head('path')}${head('fate')}${head('why')}${head('size', true)}${head('paths', true)}</tr></thead><tbody>${body.join('\n')}</tbody></table></div></div>`
}

/** Packages and settings that are not the same. */
export function changesHtml({ packages, configuration }: ImageDifferences): string {
  const rows = (list: readonly (readonly [string, string | undefined, string | undefined])[]): string =>
    list
      .map((cells) => `<tr>${cells.map((cell = '–') => `<td class="path">${escapeHtml(cell)}</td>`).join('')}</tr>`)
      .join('')
  const table = (title: string, first: string, body: string): string =>
    body === ''
      ? `<div class="panel"><p>${title}: the same.</p></div>`
      : `<div class="panel ledger" tabindex="0" role="region" aria-label="${title}"><table><caption>${title}</caption><thead><tr><th>${first}</th><th>before</th><th>after</th></tr></thead><tbody>${body}</tbody></table></div>`
  const packageRows = rows((packages ?? []).map(({ name, before, after }) => [name, before, after]))
  const settingRows = rows(configuration.map(({ setting, before, after }) => [setting, before, after]))
  const shownPackages =
    packages === undefined
      ? '<div class="panel"><p>Packages: those of one image cannot be read.</p></div>'
      : table('Packages', 'package', packageRows)
  return `<div class="pair">${shownPackages}${table('Configuration', 'setting', settingRows)}</div>`
}

/** What a budget does not allow. */
export function breaksHtml(breaks: readonly BudgetBreak[]): string {
  if (breaks.length === 0) return '<p class="good">The budget is kept.</p>'
  const lines = breaks.map(
    ({ limit, name, reason }) =>
      `<li><code>${escapeHtml(limit)}</code> ${escapeHtml(name)}: ${escapeHtml(reason)}</li>`,
  )
  return `<div class="panel"><p class="bad">The budget is not kept:</p><ul>${lines.join('')}</ul></div>`
}
