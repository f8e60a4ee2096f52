import { nearest } from '../../std/nearest.ts'
import type { Universe } from './universe.ts'

/** The package that a name was probably meant to be. */
export function suggestName(name: string, universe: Universe): string | undefined {
  // Sorted, so that the order of the sources does not decide between names that are equally near.
  return nearest(name, [...similarNames(name, universe)].toSorted())
}

/** Less those that {@link nearest} would refuse anyway, found by what is quicker than counting edits: there are 60,000. */
function* similarNames(name: string, universe: Universe): Generator<string> {
  const wanted = characterCounts(name)
  for (const { index } of universe.sources) {
    for (const candidate of index.packageNames()) {
      const editsMax = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3))
      if (Math.abs(candidate.length - name.length) > editsMax) continue
      if (missingCharacters(wanted, candidate, name.length) <= editsMax) yield candidate
    }
  }
}

function characterCounts(text: string): Uint16Array {
  const counts = new Uint16Array(128)
  for (let at = 0; at < text.length; at += 1) counts[slotOf(text, at)] = (counts[slotOf(text, at)] ?? 0) + 1
  return counts
}

/** How many characters of the one text are not in the other: each takes an edit at least. */
function missingCharacters(wanted: Uint16Array, candidate: string, wantedLength: number): number {
  const left = wanted.slice()
  let shared = 0
  for (let at = 0; at < candidate.length; at += 1) {
    const slot = slotOf(candidate, at)
    const count = left[slot] ?? 0
    if (count === 0) continue
    left[slot] = count - 1
    shared += 1
  }
  return Math.max(wantedLength, candidate.length) - shared
}

function slotOf(text: string, at: number): number {
  const code = text.charCodeAt(at)
  const isCapital = code >= 0x41 && code <= 0x5a
  return (isCapital ? code + 0x20 : code) % 128
}
