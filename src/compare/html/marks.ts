import type { Difference } from '../difference.ts'
import { escapeHtml } from './escape.ts'

/** A difference in words, on green or red where one is better. Empty for no words. */
export function pillHtml(difference: Difference, words: string): string {
  if (words === '') return ''
  const isBetter = 'isBetter' in difference ? difference.isBetter : undefined
  const look = isBetter === undefined ? 'pill' : isBetter ? 'pill good' : 'pill bad'
  return `<span class="${look}">${escapeHtml(words)}</span>`
}

/** A part of a whole as a length of CSS: `12.5%`. */
export function widthOf(part: number, whole: number): string {
  return `${whole <= 0 ? 0 : Number(((part / whole) * 100).toFixed(2))}%`
}

/** What became of a path, in its word. */
export function fateHtml(fate: string): string {
  return `<span class="${fate === 'kept' ? 'pill good' : 'pill'}">${escapeHtml(fate)}</span>`
}
