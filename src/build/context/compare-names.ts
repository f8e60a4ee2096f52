import { encodePathText } from '../../std/path-text.ts'

/** The order of two names by their bytes. */
export function compareNames(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index += 1) {
    const [leftUnit, rightUnit] = [left.charCodeAt(index), right.charCodeAt(index)]
    if (leftUnit === rightUnit) continue
    // UTF-16 and UTF-8 have the same order but for surrogates.
    if (leftUnit < 0xd800 || rightUnit < 0xd800) return leftUnit - rightUnit
    return Buffer.compare(encodePathText(left), encodePathText(right))
  }
  return left.length - right.length
}
