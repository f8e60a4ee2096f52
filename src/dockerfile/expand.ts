import { rangeWithin, type SourceString } from './source-string.ts'
import type { TextRange } from './text-range.ts'
import { hasOperator, isWordProblem, parseWord } from './shell/word-syntax.ts'
import { evaluateWord, type NamedVariable } from './shell/word-value.ts'
import { createWorkBudget, type WorkBudget } from './work-budget.ts'

/** The character that takes the meaning from the next one, and that continues lines. */
export type EscapeCharacter = '\\' | '`'

/** The value of a variable, or undefined where it has none. */
export type VariableLookup = (name: string) => string | undefined

/** A variable that is named somewhere in a file. */
export interface VariableUse {
  readonly name: string
  /** The whole of it, from the `$`. */
  readonly range: TextRange
  readonly isSet: boolean
  /** What happens to the value: `:-` in `${name:-word}`. Empty for `$name` and `${name}`. */
  readonly operator: string
}

/** Why a string cannot be expanded. */
export interface ExpansionProblem {
  readonly code: 'unterminated-quote' | 'bad-substitution' | 'required-variable' | 'expansion-too-large'
  readonly message: string
  readonly range: TextRange
}

/** A string with values for its variables. */
export interface Expansion {
  /** Quotes and escapes are gone. Empty where there is a problem. */
  readonly value: string
  /** The value, split at white space that was in no quotes, or that came out of a variable. */
  readonly words: readonly string[]
  /** Every variable that was named, in the order of the text, however deep. */
  readonly variables: readonly VariableUse[]
  readonly problem: ExpansionProblem | undefined
}

/** How {@link expand} works. */
export interface ExpandOptions {
  readonly escape: EscapeCharacter
  readonly variables: VariableLookup
  /** False for the text of here-documents, where quotes are characters like others. */
  readonly quotes?: boolean
  /** Work that is left to do, shared by everything that is expanded for one purpose. */
  readonly budget?: WorkBudget
}

/**
 * No process can be given a longer variable (Linux, `MAX_ARG_STRLEN`). Without a limit, thirty lines of `ENV a=$a$a` fill the
 * memory.
 */
const addedLengthMax = 131_072

/**
 * Puts values for the variables of a string, and takes quotes and escapes away, as BuildKit does in arguments (`ProcessWord` and
 * `ProcessWords` of its shell lexer): `$name`, `${name}`, the operators `-` `+` `?` with and without `:`, `#` `##` `%` `%%`, and
 * `/` `//`, nested.
 *
 * A variable without a value gives nothing. Never throws; takes time in proportion to what goes in and comes out.
 */
export function expand(source: SourceString, options: ExpandOptions): Expansion {
  const { escape, quotes = true, budget = createWorkBudget() } = options
  budget.left -= source.value.length
  if (budget.left < 0) return failed('expansion-too-large', 'the variables of this file take too long', source.range)
  const parts = parseWord(source.value, { escape, quotes })
  if (isWordProblem(parts)) return failed(parts.code, parts.message, rangeWithin(source, parts.start, parts.end))
  const result = evaluateWord(parts, {
    escape,
    keepQuotes: false,
    keepEscapes: false,
    keepUnset: false,
    variables: options.variables,
    lengthMax: source.value.length + addedLengthMax,
    budget,
  })
  budget.left -= result.value.length
  const variables = result.variables.map((use) => variableUse(source, use))
  if (result.problem === undefined) {
    return { value: result.value, words: result.words.map((word) => word.text), variables, problem: undefined }
  }
  const { code, message, part } = result.problem
  return { ...failed(code, message, rangeWithin(source, part.start, part.end)), variables }
}

function failed(code: ExpansionProblem['code'], message: string, range: TextRange): Expansion {
  return { value: '', words: [], variables: [], problem: { code, message, range } }
}

function variableUse(source: SourceString, { part, isSet }: NamedVariable): VariableUse {
  const range = rangeWithin(source, part.start, part.end)
  return { name: part.name, range, isSet, operator: part.operator }
}

/**
 * What is wrong with a string whatever its variables hold: quotes that do not end, substitutions that are none. Undefined where
 * nothing is.
 */
export function findExpansionProblem(
  source: SourceString,
  options: Pick<ExpandOptions, 'escape' | 'quotes'>,
): ExpansionProblem | undefined {
  if (!/[$'"]/.test(source.value)) return undefined
  const parts = parseWord(source.value, { quotes: true, ...options })
  const isPlain = !isWordProblem(parts) && !hasOperator(parts)
  // The value hardly matters: only patterns look at it.
  return isPlain ? undefined : expand(source, { ...options, variables: () => 'x' }).problem
}
