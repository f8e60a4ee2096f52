import type { Measure } from '../measure.ts'

/** Rows whose IDs begin with the same word, in the order in which the first of each came. */
export function groupsOf(measures: readonly Measure[]): readonly (readonly Measure[])[] {
  const groups = Map.groupBy(measures, ({ id }) => id.split('.', 1)[0] ?? id)
  return [...groups.values()]
}
