/** One thing that is not what it was. */
export interface Difference {
  readonly what: string
  readonly before: string
  readonly after: string
}

/** What came of comparing an answer with those before it. */
export interface Comparison {
  readonly differences: readonly Difference[]
  /** What was not compared, because it is different each time. */
  readonly masks: readonly string[]
}

export const nothingDifferent: Comparison = { differences: [], masks: [] }

/** Several comparisons as one. */
export function allOf(comparisons: readonly Comparison[]): Comparison {
  return {
    differences: comparisons.flatMap(({ differences }) => differences),
    masks: [...new Set(comparisons.flatMap(({ masks }) => masks))],
  }
}
