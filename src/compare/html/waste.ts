import { formatCount } from '../../std/format-count.ts'
import { formatSize } from '../../std/format-size.ts'
import type { WastedFile } from '../waste.ts'
import { escapeHtml } from './escape.ts'

const filesMax = 500

/** What is pulled in vain, the largest first: which line wrote it, and which deletes or replaces it. What has no row is counted. */
export function wasteHtml(files: readonly WastedFile[], instructions: readonly string[]): string {
  if (files.length === 0) return '<div class="panel"><p>Nothing is wasted.</p></div>'
  const line = (layer: number): string => {
    const instruction = instructions[layer] ?? ''
    const words =
      instruction === '' ? '<span class="soft">no history</span>' : `<code>${escapeHtml(instruction)}</code>`
    return `<small>layer ${layer + 1}</small> ${words}`
  }
  const shown = files.slice(0, filesMax)
  const rows = shown.map(
    ({ path, sizeBytes, layer, fate, hiddenBy }) =>
      `<tr><th scope="row" class="path">${escapeHtml(path)}</th><td class="n">${formatSize(sizeBytes)}</td><td data-t="made by">${line(layer)}</td><td data-t="${fate} by">${line(hiddenBy)}</td></tr>`,
  )
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const rest = files.slice(filesMax).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const more =
    files.length > filesMax
      ? `<p class="soft">and ${formatCount(files.length - filesMax)} more, ${formatSize(rest)} together</p>`
      : ''
  const heads = `<th scope="col">file</th><th scope="col" class="n">size</th><th scope="col">made by</th><th scope="col">then hidden by</th>`
  return `<div class="panel"><p><b>${formatSize(bytes)}</b> in ${formatCount(files.length)} ${files.length === 1 ? 'file' : 'files'}</p><div class="ledger" tabindex="0" role="region" aria-label="Wasted files"><table class="lines waste"><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div>${more}</div>`
}
