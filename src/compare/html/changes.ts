import { formatCount } from '../../std/format-count.ts'
import type { ImageDifferences } from '../diff-images.ts'
import { escapeHtml } from './escape.ts'

/** Packages and settings that are not the same. */
export function changesHtml({ packages, configuration }: ImageDifferences): string {
  const shownPackages =
    packages === undefined
      ? '<div class="panel"><p>Packages: those of one image cannot be read.</p></div>'
      : tableHtml('Packages', 'package', packages)
  const settings = configuration.map(({ setting, before, after }) => ({ name: setting, before, after }))
  return `<div class="pair">${shownPackages}${tableHtml('Configuration', 'setting', settings)}</div>`
}

interface Change {
  readonly name: string
  readonly before: string | undefined
  readonly after: string | undefined
}

function tableHtml(title: string, first: string, changes: readonly Change[]): string {
  if (changes.length === 0) return `<div class="panel"><p>${title}: the same.</p></div>`
  const cell = (text: string | undefined): string =>
    text === undefined ? '<td class="soft">–</td>' : `<td class="path">${escapeHtml(text)}</td>`
  const rows = changes.map(
    ({ name, before, after }) => `<tr><td class="path">${escapeHtml(name)}</td>${cell(before)}${cell(after)}</tr>`,
  )
  const heads = [first, 'before', 'after'].map((head) => `<th scope="col">${head}</th>`).join('')
  return `<div class="panel"><div class="ledger" tabindex="0" role="region" aria-label="${title}"><table class="changes"><caption>${title} <small>${countsText(changes)}</small></caption><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div></div>`
}

function countsText(changes: readonly Change[]): string {
  const counts = [
    [changes.filter(({ after }) => after === undefined).length, 'removed'],
    [changes.filter(({ before }) => before === undefined).length, 'added'],
    [changes.filter(({ before, after }) => before !== undefined && after !== undefined).length, 'changed'],
  ] as const
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${formatCount(count)} ${word}`)
    .join(', ')
}
