import type { EscapeCharacter } from '../../dockerfile/expand.ts'

const plain = /^[\w./:@%+=,~-]+$/

/** A value of ENV, LABEL and the like, as its words are read: in double quotes where that is needed. No line ends. */
export function quoteValue(value: string, escape: EscapeCharacter): string {
  return plain.test(value) ? value : `"${escapeIn(value, /["$]/, escape)}"`
}

/** An argument that is one word to its end, and may not be in quotes: of WORKDIR, USER, STOPSIGNAL. */
export function escapeArgument(value: string, escape: EscapeCharacter): string {
  return escapeIn(value, /["'$]/, escape)
}

/** Puts the escape character before what has a meaning, and before itself. */
function escapeIn(value: string, meaning: RegExp, escape: EscapeCharacter): string {
  return Array.from(value, (each) => (each === escape || meaning.test(each) ? escape + each : each)).join('')
}

/** The arguments of a COPY that takes these paths as they are: in the JSON form where one has a character with a meaning. */
export function copyArguments(
  sources: readonly string[],
  destination: string,
  escape: EscapeCharacter,
): { readonly words: readonly string[]; readonly isJson: boolean } {
  const all = [...sources, destination]
  if (all.every((path) => plain.test(path))) return { words: all, isJson: false }
  const word = (path: string): string => JSON.stringify(escapeArgument(path, escape))
  return { words: [...sources.map((path) => word(asPattern(path))), word(destination)], isJson: true }
}

/**
 * A pattern that only this path matches (Go's `filepath.Match`). Without a wildcard in it a path is none, and a backslash in it is one.
 */
function asPattern(path: string): string {
  if (!/[*?[]/.test(path)) return path
  return Array.from(path, (each) => (/[*?[]/.test(each) ? `[${each}]` : each === '\\' ? '[\\\\]' : each)).join('')
}

/** A word for a POSIX shell. */
export function quoteForShell(word: string): string {
  return plain.test(word) && !word.startsWith('~') ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** A JSON array as exec form has it. */
export function execForm(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`
}
