import { formatCount } from '../../std/format-count.ts'
import { formatSize } from '../../std/format-size.ts'
import { formatDuration } from '../../std/format-time.ts'
import { printable } from '../../std/printable.ts'
import type { Difference } from '../difference.ts'
import type { Measure, MeasuredValue } from '../measure.ts'

/** A value as people read it: `2.6MB`, `1.2s ±4%`, `30,412`; `not measured` for none. */
export function valueText(value: MeasuredValue | undefined, unit: Measure['unit']): string {
  const { value: text, spread } = valueParts(value, unit)
  return spread === '' ? text : `${text} ${spread}`
}

/** The same as two texts. The spread is empty where there is none. */
export function valueParts(
  value: MeasuredValue | undefined,
  unit: Measure['unit'],
): { readonly value: string; readonly spread: string } {
  if (value === undefined) return { value: 'not measured', spread: '' }
  const text = typeof value.value === 'string' ? printable(value.value) : numberText(value.value, unit)
  return { value: text, spread: spreadText(value) }
}

function numberText(value: number, unit: Measure['unit']): string {
  switch (unit) {
    case 'bytes':
      return formatSize(value)
    case 'milliseconds':
      return timeText(value)
    case 'count':
    case 'text':
      return formatCount(value)
  }
}

/** One digit more than of what is still running: it is compared. */
function timeText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)}ms`
  return ms >= 1000 && ms < 100_000 ? `${(ms / 1000).toFixed(1)}s` : formatDuration(ms)
}

/** Half of what lies between the lowest and the highest, in hundredths of the median. */
function spreadText({ value, spread }: MeasuredValue): string {
  if (spread === undefined || spread.lowest === spread.highest || typeof value === 'string' || value === 0) return ''
  return `±${Math.round(((spread.highest - spread.lowest) / 2 / value) * 100)}%`
}

const adjectives = {
  bytes: { lower: 'smaller', higher: 'larger' },
  milliseconds: { lower: 'faster', higher: 'slower' },
  count: { lower: 'fewer', higher: 'more' },
  text: { lower: 'less', higher: 'more' },
} as const

/** A difference in words: `96x smaller`, `12% slower`, `none left`, `same`, `no difference`. Empty where nothing is known. */
export function differenceText(difference: Difference, unit: Measure['unit']): string {
  switch (difference.kind) {
    case 'unknown':
      return ''
    case 'none':
      return difference.isWithinSpread ? 'no difference' : 'same'
    case 'changed':
      return 'changed'
    case 'lower':
    case 'higher':
      return ratioText(difference.kind, difference.ratio, unit)
  }
}

function ratioText(kind: 'lower' | 'higher', ratio: number | undefined, unit: Measure['unit']): string {
  if (ratio === undefined) return kind === 'lower' ? 'none left' : 'new'
  const adjective = adjectives[unit][kind]
  if (ratio >= 2) return `${timesText(ratio)} ${adjective}`
  const share = kind === 'lower' ? 1 - 1 / ratio : ratio - 1
  return share < 0.005 ? `<1% ${adjective}` : `${Math.round(share * 100)}% ${adjective}`
}

function timesText(ratio: number): string {
  return ratio >= 9.95 ? `${formatCount(Math.round(ratio))}x` : `${ratio.toFixed(1)}x`
}
