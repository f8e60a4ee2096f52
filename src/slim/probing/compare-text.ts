import { findMismatch, findPattern } from './text-pattern.ts'
import type { Comparison } from './comparison.ts'
import { steadyText } from './volatile-text.ts'

/**
 * Compares a text with what several runs before had in its place: what differs among these is masked.
 *
 * @param what the name of what is compared, for differences
 */
export function compareText(what: string, befores: readonly string[], after: string): Comparison {
  const steady = befores.map(steadyText)
  const now = steadyText(after)
  const [first = ''] = steady
  if (steady.every((text) => text === now)) return { differences: [], masks: [] }
  if (steady.every((text) => text === first)) return compareWith(what, steady, now)
  const sorted = steady.map(sortedLines)
  if (sorted.every((text) => text === sorted[0])) {
    return { ...compareWith(what, sorted, sortedLines(now)), masks: [`${what}: the order of its lines`] }
  }
  return compareWith(what, steady, now)
}

function compareWith(what: string, befores: readonly string[], after: string): Comparison {
  const pattern = findPattern(befores)
  if (pattern === undefined) return compareLength(what, befores, after)
  const masks = pattern.gaps.map((values, index) => maskText(what, pattern.segments[index] ?? [], values))
  const mismatch = findMismatch(pattern, after)
  if (mismatch === undefined) return { differences: [], masks }
  return { differences: [{ what, before: mismatch.expected, after: mismatch.found }], masks }
}

/** Of texts that have too little in common: one of another size is another text. */
export function compareLength(
  what: string,
  befores: readonly (string | Uint8Array)[],
  after: string | Uint8Array,
): Comparison {
  const lengths = befores.map(({ length }) => length)
  const isAlike = after.length * 4 >= Math.min(...lengths) && after.length <= 4 * Math.max(...lengths) + 64
  const masks = [`${what}: all of it`]
  if (isAlike && (after.length > 0 || lengths.includes(0))) return { differences: [], masks }
  return { differences: [{ what, before: `${lengths.join(' or ')} bytes`, after: `${after.length} bytes` }], masks }
}

function sortedLines(text: string): string {
  return text.split('\n').toSorted().join('\n')
}

function maskText(what: string, before: readonly string[], values: readonly string[]): string {
  const lead = before.join('').trimEnd().split('\n').at(-1)?.slice(-30).trim() ?? ''
  const longest = Math.max(...values.map(({ length }) => length))
  return `${what}: up to ${longest} characters ${lead === '' ? 'at the beginning' : `after "${lead}"`}`
}
