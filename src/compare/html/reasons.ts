import { formatCount } from '../../std/format-count.ts'
import { formatSize } from '../../std/format-size.ts'
import type { FileFate } from '../file-fate.ts'
import { escapeHtml } from './escape.ts'
import { fateHtml, widthOf } from './marks.ts'

interface Reason {
  readonly fate: string
  /** What comes before the colon: the cause, without its details. */
  readonly cause: string
  readonly paths: number
  readonly sizeBytes: number
}

/** How much stays and goes for which reason, the largest first: a row for each. A reason can be pressed, and the table of files shows its own. */
export function reasonsHtml(fates: Iterable<FileFate>): string {
  const reasons = reasonsOf(fates)
  const most = Math.max(0, ...reasons.map(({ sizeBytes }) => sizeBytes))
  const rows = reasons.map(({ fate, cause, paths, sizeBytes }) => {
    const data = `data-f="${escapeHtml(fate)}" data-why="${escapeHtml(cause)}"`
    const name = `<button type="button" ${data}>${escapeHtml(cause === '' ? fate : cause)}</button>`
    const bar = `<td class="bar" aria-hidden="true"><i style="--w:${widthOf(sizeBytes, most)}"></i></td>`
    return `<tr${fate === 'kept' ? ' class="kept"' : ''}><th scope="row" class="reason">${name} ${fateHtml(fate)}</th>${bar}<td class="n">${formatSize(sizeBytes)}</td><td class="n">${formatCount(paths)}</td></tr>`
  })
  const heads = `<th scope="col">reason</th><td class="bar"></td><th scope="col" class="n">size</th><th scope="col" class="n">paths</th>`
  return `<div class="panel"><table><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

function reasonsOf(fates: Iterable<FileFate>): readonly Reason[] {
  const sums = new Map<string, Reason>()
  for (const { fate, why, sizeBytes } of fates) {
    const [cause = ''] = why.split(':', 1)
    const key = `${fate} ${cause}`
    const sum = sums.get(key) ?? { fate, cause, paths: 0, sizeBytes: 0 }
    sums.set(key, { ...sum, paths: sum.paths + 1, sizeBytes: sum.sizeBytes + sizeBytes })
  }
  return [...sums.values()].toSorted((one, other) => other.sizeBytes - one.sizeBytes || other.paths - one.paths)
}
