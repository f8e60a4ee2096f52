import { decodePathText, encodePathText } from '../../std/path-text.ts'

/** A path for Node's calls, which take text that is UTF-8, or bytes. */
export function systemPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(encodePathText(path))
}

/** Names of a directory as Node gave them, and as `std/path-text.ts` has them. */
export function decodeNames(names: readonly string[], readBytes: () => readonly Buffer[]): readonly string[] {
  // Node writes U+FFFD for bytes that are no UTF-8. That a name has the character itself is rare, and costs a second look.
  return names.some(hasReplacement) ? readBytes().map((name) => decodePathText(name)) : names
}

function hasReplacement(name: string): boolean {
  for (let index = 0; index < name.length; index += 1) if (name.charCodeAt(index) === 0xfffd) return true
  return false
}
