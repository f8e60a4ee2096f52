import type { TextRange } from '../../text-range.ts'

/** How many of some places, which are in order, begin at an offset or before it: the index of the first behind it. */
export function indexAfter(places: readonly { readonly range: TextRange }[], offset: number): number {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle]?.range.start ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return low
}
