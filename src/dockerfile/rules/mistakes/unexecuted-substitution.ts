import type { EscapeCharacter } from '../../expand.ts'
import type { Instruction } from '../../instruction.ts'
import { quote } from '../../reading/report.ts'
import { rangeWithin, type SourceString } from '../../source-string.ts'
import type { TextRange } from '../../text-range.ts'
import { builtSteps } from '../facts/built-steps.ts'
import type { Rule } from '../rule.ts'

/** `ENV DATE=$(date)`: the builder runs nothing, so this is text. */
export const unexecutedSubstitution: Rule = {
  name: 'UnexecutedSubstitution',
  category: 'mistake',
  severity: 'warning',
  summary: 'an instruction other than RUN has the output of a command in it, as a shell would write it',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      const { instruction } = step.evaluated
      for (const value of valuesOf(instruction)) {
        const found = findSubstitution(value, file.document.escape)
        if (found === undefined) continue
        report({
          message: `nothing runs ${quote(found.text)}: it stays as it is written`,
          range: found.range,
          cost: `${instruction.keyword.value.toUpperCase()} replaces variables and runs no commands.`,
          hint: 'Give the value with --build-arg and ARG, or use the command in the RUN that needs it.',
        })
      }
    }
  },
}

/** What is read without a shell. */
function valuesOf(instruction: Instruction): readonly SourceString[] {
  const { kind } = instruction
  // A shell runs what is in its prompt; a label may tell people what to type.
  if (kind === 'env')
    return instruction.pairs.flatMap(({ name, value }) => (/^P(?:S\d|ROMPT)/.test(name.value) ? [] : [value]))
  if (kind === 'label')
    return instruction.pairs.flatMap(({ value }) => (/^"?[$`][^ ]*(?: [^"]*)?[)`]"?$/.test(value.value) ? [value] : []))
  // Blanks in a command make several declarations of it.
  if (kind === 'arg') return [instruction.arguments]
  if (kind === 'workdir') return [instruction.path]
  if (kind === 'user') return [instruction.user]
  if (kind === 'expose') return instruction.ports
  if (kind !== 'copy' && kind !== 'add') return []
  return [...instruction.sources, instruction.destination]
}

interface Substitution {
  readonly text: string
  readonly range: TextRange
}

/** The first `$(command …)` or `` `command …` `` outside of single quotes. `$(NAME)` is Kubernetes' language. */
function findSubstitution(source: SourceString, escape: EscapeCharacter): Substitution | undefined {
  const { value } = source
  const pattern = escape === '`' ? /\$\([a-z][^)]*\)/g : /\$\([a-z][^)]*\)|`[a-z][^`]*`/g
  for (const { 0: text, index } of value.matchAll(pattern)) {
    const before = value.slice(0, index)
    if (before.endsWith(escape) || isInSingleQuotes(before)) continue
    return { text, range: rangeWithin(source, index, index + text.length) }
  }
  return undefined
}

function isInSingleQuotes(before: string): boolean {
  let quoted: string | undefined
  for (const character of before) {
    if (quoted === undefined && (character === '"' || character === "'")) quoted = character
    else if (character === quoted) quoted = undefined
  }
  return quoted === "'"
}
