import { formatCount } from '../../std/format-count.ts'
import { formatSize } from '../../std/format-size.ts'
import { escapeHtml } from './escape.ts'
import type { FileRow } from './file-rows.ts'
import { fateHtml } from './marks.ts'

/** The table of what became of the files, largest first, to be searched and sorted. */
export function filesHtml(rows: readonly FileRow[]): string {
  if (rows.length === 0) return '<div class="panel"><p>The files are the same.</p></div>'
  const fates = [...new Set(rows.map(({ fate }) => fate))].toSorted()
  const options = fates.map((fate) => `<option>${escapeHtml(fate)}</option>`).join('')
  const body = rows.map(
    ({ path, fate, why, paths, sizeBytes }) =>
      `<tr data-f="${escapeHtml(fate)}" data-p="${paths}" data-s="${sizeBytes}"><td class="path">${escapeHtml(path)}<td>${fateHtml(fate)}<td>${escapeHtml(why)}<td class="n">${formatSize(sizeBytes)}<td class="n">${formatCount(paths)}`,
  )
  const head = (title: string, more = ''): string =>
    `<th scope="col"${more}><button type="button">${title}</button></th>`
  const heads = [
    ...[head('path'), head('fate'), head('why')],
    ...[head('size', ' class="n" aria-sort="descending"'), head('paths', ' class="n"')],
  ]
  return `<div class="panel"><div class="tools"><input id="find" type="search" placeholder="Search paths and reasons" aria-label="Search paths and reasons"><select id="fate" aria-label="Which fate"><option value="">every fate</option>${options}</select><small id="found" role="status"></small></div>
<div class="ledger" tabindex="0" role="region" aria-label="Files"><table id="files"><thead><tr>${heads.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div></div>`
}
