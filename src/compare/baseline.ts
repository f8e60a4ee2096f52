import type { Card } from './card.ts'
import type { Measure } from './measure.ts'

/**
 * The rows of an image measured beside itself, with what an earlier card says of its image after in place of before. A row that the card does not have, or has in another
 * unit, has nothing before; its note says so.
 */
export function againstBaseline(measures: readonly Measure[], baseline: Card): readonly Measure[] {
  const earlier = new Map(baseline.measures.map((measure) => [measure.id, measure]))
  return measures.map((measure) => {
    const known = earlier.get(measure.id)
    const note = measure.note === undefined ? undefined : `after: ${measure.note.replace(/^after: /, '')}`
    if (known?.unit === measure.unit) return { ...measure, before: known.after, note }
    return { ...measure, before: undefined, note: 'the earlier card does not have it' }
  })
}
