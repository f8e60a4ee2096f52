/** One thing that was measured of two images: a row of the card. Whoever measures something new makes such rows. */
export interface Measure {
  /** Unique on a card, for machines: `size.compressed`, `build.cold`. Its first word groups rows. */
  readonly id: string
  /** As people read it: `image, compressed`. */
  readonly name: string
  readonly unit: 'bytes' | 'milliseconds' | 'count' | 'text'
  /** Undefined where it could not be measured; `note` says why. */
  readonly before: MeasuredValue | undefined
  readonly after: MeasuredValue | undefined
  readonly better: 'lower' | 'higher' | 'neither'
  /** How it was measured, in a sentence. */
  readonly method: string
  readonly note: string | undefined
}

/** A value, or the median of several with their spread. */
export interface MeasuredValue {
  readonly value: number | string
  /** How many runs the median is of; 1 for what is counted. */
  readonly runs: number
  /** Lowest and highest of the runs. */
  readonly spread: { readonly lowest: number; readonly highest: number } | undefined
}
