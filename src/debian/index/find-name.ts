import type { PackageTables } from './format.ts'

/** The number of a name, or undefined where the tables do not have it. */
export function findName({ counts, nameStart, spellings }: PackageTables, name: string): number | undefined {
  const wanted = Buffer.from(name, 'utf8')
  let low = 0
  let high = counts.names - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = spellings.compare(wanted, 0, wanted.length, nameStart[middle], nameStart[middle + 1])
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return undefined
}

/** The spelling of the name with a number. */
export function nameAt({ nameStart, spellings }: PackageTables, number: number): string {
  return spellings.toString('latin1', nameStart[number], nameStart[number + 1])
}
