import { nearest } from '../../../std/nearest.ts'

/** Finds the name that was probably meant, among those that a file knows. */
export interface NearNames {
  /** Undefined where none is near, and for a name that is known. */
  find(name: string): string | undefined
}

/** Shorter names are all near each other; longer ones are not typed by hand. */
const lengthMin = 3
const lengthMax = 40

/** Among more names than this, some are always near. */
const knownMax = 200

/** Comparing every name of a large file with every other would take forever. */
const searchesMax = 100

/** Prepares the search. Each name is looked for once, and only so many. */
export function nearNames(known: ReadonlySet<string>): NearNames {
  const found = new Map<string, string | undefined>()
  return {
    find(name) {
      const isOfLength = name.length >= lengthMin && name.length <= lengthMax
      if (known.has(name) || known.size > knownMax || !isOfLength) return undefined
      if (!found.has(name) && found.size < searchesMax) found.set(name, nearest(name, known))
      return found.get(name)
    },
  }
}
