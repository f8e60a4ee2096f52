/** The middle of a list of numbers, and how far the list spreads. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** Of at least one number. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]]
  const [least, most] = [sorted[0], sorted.at(-1)]
  if (low === undefined || high === undefined || least === undefined || most === undefined) {
    throw new RangeError('no spread of no numbers')
  }
  return { median: (low + high) / 2, least, most }
}
