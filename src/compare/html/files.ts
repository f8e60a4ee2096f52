import { formatCount } from '../../std/format-count.ts'
import { formatSize } from '../../std/format-size.ts'
import { escapeHtml } from './escape.ts'
import type { FileRow } from './file-rows.ts'
import { fateHtml } from './marks.ts'

/** How the table calls what it tells. */
export interface FileWords {
  /** Of a path, in a word. */
  readonly fate: string
  readonly everyFate: string
  /** Of that, in a sentence. */
  readonly why: string
  readonly search: string
  /** Where there are no rows. */
  readonly none: string
}

/** Of what became of files. */
export const fateWords: FileWords = {
  ...{ fate: 'fate', everyFate: 'every fate', why: 'why', search: 'Search paths and reasons' },
  none: 'The files are the same.',
}

/** A table of files, largest first, to be searched and sorted. */
export function filesHtml(rows: readonly FileRow[], words: FileWords): string {
  if (rows.length === 0) return `<div class="panel"><p>${words.none}</p></div>`
  const fates = [...new Set(rows.map(({ fate }) => fate))].toSorted()
  const options = fates.map((fate) => `<option>${escapeHtml(fate)}</option>`).join('')
  const body = rows.map(
    ({ path, fate, why, paths, sizeBytes }) =>
      `<tr data-f="${escapeHtml(fate)}" data-p="${paths}" data-s="${sizeBytes}"><td class="path">${escapeHtml(path)}<td>${fateHtml(fate)}<td>${escapeHtml(why)}<td class="n">${formatSize(sizeBytes)}<td class="n">${formatCount(paths)}`,
  )
  const head = (title: string, more = ''): string =>
    `<th scope="col"${more}><button type="button">${title}</button></th>`
  const heads = [
    ...[head('path'), head(words.fate), head(words.why)],
    ...[head('size', ' class="n" aria-sort="descending"'), head('paths', ' class="n"')],
  ]
  return `<div class="panel"><div class="tools"><input id="find" type="search" placeholder="${words.search}" aria-label="${words.search}"><select id="fate" aria-label="Which ${words.fate}"><option value="">${words.everyFate}</option>${options}</select><small id="found" role="status"></small></div>
<div class="ledger" tabindex="0" role="region" aria-label="Files"><table id="files"${rows.some(({ why }) => why !== '') ? '' : ' class="nowhy"'}><thead><tr>${heads.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div></div>`
}
