import type { Measure, MeasuredValue } from './measure.ts'

/** What two values of a measure are to each other. */
export type Difference =
  /** The same, or not told apart by what single runs differ in. */
  | { readonly kind: 'none'; readonly isWithinSpread: boolean }
  /** Numbers. `ratio` is the larger one by the smaller one; undefined where the smaller is 0. */
  | {
      readonly kind: 'lower' | 'higher'
      readonly ratio: number | undefined
      /** Undefined where neither is better. */
      readonly isBetter: boolean | undefined
    }
  /** Texts. */
  | { readonly kind: 'changed' }
  /** One of them could not be measured. */
  | { readonly kind: 'unknown' }

/** Judges a row. Times whose spreads touch are not different: nobody can tell. */
export function differenceOf({ before, after, better }: Pick<Measure, 'before' | 'after' | 'better'>): Difference {
  if (before === undefined || after === undefined) return { kind: 'unknown' }
  const [one, other] = [before.value, after.value]
  if (one === other) return { kind: 'none', isWithinSpread: false }
  if (typeof one === 'string' || typeof other === 'string') return { kind: 'changed' }
  if (spreadsTouch(before, after)) return { kind: 'none', isWithinSpread: true }
  const kind = other < one ? 'lower' : 'higher'
  const [smaller, larger] = [Math.min(one, other), Math.max(one, other)]
  const ratio = smaller === 0 ? undefined : larger / smaller
  return { kind, ratio, isBetter: better === 'neither' ? undefined : better === kind }
}

function spreadsTouch({ spread: one }: MeasuredValue, { spread: other }: MeasuredValue): boolean {
  if (one === undefined || other === undefined) return false
  return one.lowest <= other.highest && other.lowest <= one.highest
}
