import type { Assignment, CommandArgument, Redirection, Word, WordPart } from 'unbash'
import type { ShellAssignment, ShellRedirection, ShellWord } from '../shell-command.ts'
import type { TextRange } from '../text-range.ts'

/** Where a part of a script stands in the file. */
export type Place = (start: number, end: number) => TextRange

/** A word as the rest of the program knows words. */
export function toWord(word: CommandArgument, place: Place): ShellWord {
  const range = place(word.pos, word.end)
  if (word.type === 'Assignment') {
    const value = word.value.type === 'Word' ? word.value : undefined
    const inner = value === undefined ? undefined : toWord(value, place)
    return {
      range,
      value: value === undefined ? word.text : word.text.slice(0, value.pos - word.pos) + value.value,
      isLiteral: inner?.isLiteral ?? false,
      hasSubstitution: inner?.hasSubstitution ?? false,
    }
  }
  const parts = word.parts ?? []
  return {
    range,
    value: word.value,
    isLiteral: parts.every((part) => isLiteralPart(part)),
    hasSubstitution: parts.some((part) => isSubstitution(part)),
  }
}

/** `NAME=value`; nothing for other parts of a command. */
export function toAssignment(part: Assignment | Redirection, place: Place): readonly ShellAssignment[] {
  if (part.type !== 'Assignment') return []
  const value = part.value.type === 'Word' ? toWord(part.value, place) : undefined
  return [{ range: place(part.pos, part.end), name: part.name, value }]
}

/** A redirection with what it leads to. */
export function toRedirection(redirection: Redirection, place: Place): ShellRedirection {
  const target: Word | undefined = redirection.type === 'HereDoc' ? undefined : redirection.target
  return {
    range: place(redirection.pos, redirection.end),
    operator: redirection.operator,
    target: target === undefined ? undefined : toWord(target, place),
  }
}

function isLiteralPart(part: WordPart): boolean {
  if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') {
    return part.parts.every((inner) => isLiteralPart(inner))
  }
  return part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted'
}

function isSubstitution(part: WordPart): boolean {
  if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') {
    return part.parts.some((inner) => isSubstitution(inner))
  }
  return part.type === 'CommandExpansion' || part.type === 'ProcessSubstitution'
}
