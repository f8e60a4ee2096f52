import { isSpaceAt } from '../reading/characters.ts'
import type { WorkBudget } from '../work-budget.ts'
import { removeMatch, replaceMatches, type PatternProblem } from './substitution-pattern.ts'
import { unsupportedOperator, type ParameterPart, type QuotedPart, type WordPart } from './word-syntax.ts'

/**
 * What the parts of a word give once variables have values: BuildKit's shell lexer (frontend/dockerfile/shell), second half.
 * The modes are those in which BuildKit uses it.
 */
export interface ValueMode {
  readonly escape: string
  /** Quotes stay in the value. */
  readonly keepQuotes: boolean
  /** Escape characters stay in the value. */
  readonly keepEscapes: boolean
  /** Variables without a value stay in the value as they are written. */
  readonly keepUnset: boolean
}

/** Where values come from, and how much of them may come out. */
export interface ValueOptions extends ValueMode {
  readonly variables: (name: string) => string | undefined
  /** The longest value that may come out. */
  readonly lengthMax: number
  readonly budget: WorkBudget
}

/** A variable that a word names. */
export interface NamedVariable {
  readonly part: ParameterPart
  readonly isSet: boolean
}

export interface WordValue {
  readonly value: string
  /** The value, split where white space stood outside of quotes or came out of a variable. */
  readonly words: readonly SplitWord[]
  /** In the order in which they stand in the word. */
  readonly variables: readonly NamedVariable[]
  readonly problem: ValueProblem | undefined
}

/** A word of {@link WordValue.words}, and which part of the original it came from. */
export interface SplitWord {
  readonly text: string
  readonly start: number
  readonly end: number
}

export interface ValueProblem {
  readonly code: 'bad-substitution' | 'required-variable' | 'expansion-too-large'
  readonly message: string
  readonly part: WordPart
}

/** Puts values for variables. After a problem the value is what was put together until then. */
export function evaluateWord(parts: readonly WordPart[], options: ValueOptions): WordValue {
  const evaluation: Evaluation = {
    ...options,
    named: [],
    problem: undefined,
    splitter: { pending: '', words: [], start: 0, end: 0 },
  }
  const mode: Mode = { keepEscapes: options.keepEscapes, doubleEscapes: false }
  let value = ''
  for (const part of parts) {
    const piece = evaluatePart(part, evaluation, mode)
    if (evaluation.problem !== undefined) break
    value += piece
    if (value.length > options.lengthMax) fail(evaluation, tooLong(options.lengthMax), part)
    splitPart(evaluation.splitter, part, piece)
  }
  finishWord(evaluation.splitter)
  return { value, words: evaluation.splitter.words, variables: evaluation.named, problem: evaluation.problem }
}

interface Evaluation extends ValueOptions {
  readonly named: NamedVariable[]
  readonly splitter: Splitter
  problem: ValueProblem | undefined
}

/** What changes inside of `${…}`. */
interface Mode {
  readonly keepEscapes: boolean
  /** In a pattern, a quoted escape character has to survive being read again. */
  readonly doubleEscapes: boolean
}

type Failure = PatternProblem | { readonly code: 'required-variable'; readonly message: string }

function fail(evaluation: Evaluation, failure: Failure, part: WordPart): void {
  evaluation.problem ??= { ...failure, part }
}

function tooLong(lengthMax: number): Failure {
  return { code: 'expansion-too-large', message: `the value would be longer than ${lengthMax} characters` }
}

function evaluateAll(parts: readonly WordPart[], evaluation: Evaluation, mode: Mode): string {
  let value = ''
  for (const part of parts) {
    value += evaluatePart(part, evaluation, mode)
    if (value.length > evaluation.lengthMax) fail(evaluation, tooLong(evaluation.lengthMax), part)
    if (evaluation.problem !== undefined) return value
  }
  return value
}

function evaluatePart(part: WordPart, evaluation: Evaluation, mode: Mode): string {
  const { escape } = evaluation
  switch (part.kind) {
    case 'text':
      return part.text
    case 'escaped':
      return mode.keepEscapes ? escape + part.character : part.character
    case 'kept-escape':
      return mode.keepEscapes && (!evaluation.keepQuotes || mode.doubleEscapes) ? escape + escape : escape
    case 'single-quoted':
    case 'double-quoted':
      return evaluateQuoted(part, evaluation, mode)
    case 'parameter':
      return evaluateParameter(part, evaluation)
  }
}

function evaluateQuoted(part: QuotedPart, evaluation: Evaluation, mode: Mode): string {
  const { escape } = evaluation
  let value = evaluateAll(part.parts, evaluation, mode)
  if (part.kind === 'single-quoted' && mode.doubleEscapes) value = value.replaceAll(escape, escape + escape)
  if (!evaluation.keepQuotes) return value
  const quote = part.kind === 'single-quoted' ? "'" : '"'
  return quote + value + quote
}

function evaluateParameter(part: ParameterPart, evaluation: Evaluation): string {
  const { name, operator } = part
  const known = evaluation.variables(name)
  evaluation.named.push({ part, isSet: known !== undefined })
  // BuildKit 0.34 collects the words of nested values where it collects those around them, and forgets the latter.
  if (operator !== '') evaluation.splitter.pending = ''
  const isPattern = /^[#%/]/.test(operator)
  const word = evaluateAll(part.word, evaluation, { keepEscapes: isPattern, doubleEscapes: isPattern })
  const replacement = evaluateAll(part.replacement, evaluation, { keepEscapes: isPattern, doubleEscapes: false })
  if (evaluation.problem !== undefined) return ''
  if (known === undefined && evaluation.keepUnset) {
    if (!part.hasBraces) return `$${name}`
    const tail = operator.startsWith('/') ? `/${word}/${replacement}` : operator + word
    return `\${${name}${tail}}`
  }
  return applyOperator(part, { value: known, word, replacement }, evaluation)
}

interface Operands {
  readonly value: string | undefined
  readonly word: string
  readonly replacement: string
}

function applyOperator(part: ParameterPart, operands: Operands, evaluation: Evaluation): string {
  const { value, word, replacement } = operands
  const { operator } = part
  const isMissing = value === undefined || (operator.startsWith(':') && value === '')
  switch (operator) {
    case '':
      return value ?? ''
    case '-':
    case ':-':
      return isMissing ? word : value
    case '+':
    case ':+':
      return isMissing ? '' : word
    case '?':
    case ':?': {
      if (!isMissing) return value
      const reason = word === '' ? `must ${value === undefined ? 'have a value' : 'not be empty'}` : word
      fail(evaluation, { code: 'required-variable', message: `${part.name}: ${reason}` }, part)
      return ''
    }
    case '#':
    case '%': {
      const isLongest = word.startsWith(operator)
      const pattern = isLongest ? word.slice(1) : word
      return take(removeMatch(value ?? '', pattern, isLongest ? operator + operator : operator, evaluation.budget))
    }
    case '/':
    case '//':
      return take(replaceMatches(value ?? '', word, replacement, operator === '//', evaluation.budget))
    default:
      fail(evaluation, { code: 'bad-substitution', message: unsupportedOperator(operator) }, part)
      return ''
  }

  function take(result: string | PatternProblem): string {
    if (typeof result === 'string') return result
    fail(evaluation, result, part)
    return ''
  }
}

/** Puts words together as their characters come. */
interface Splitter {
  pending: string
  readonly words: SplitWord[]
  start: number
  end: number
}

/** Adds what a part gave: white space in it separates words where it stood in the open, or came out of a variable. */
function splitPart(splitter: Splitter, part: WordPart, piece: string): void {
  if (splitter.pending === '') splitter.start = part.start
  const splits = part.kind === 'parameter' || (part.kind === 'text' && part.splits)
  if (!splits) {
    splitter.pending += piece
    splitter.end = part.end
    return
  }
  const isWritten = part.kind === 'text'
  let from = 0
  for (let index = 0; index <= piece.length; index += 1) {
    if (index < piece.length && !isSpaceAt(piece, index)) continue
    if (index > from) {
      if (splitter.pending === '') splitter.start = isWritten ? part.start + from : part.start
      splitter.pending += piece.slice(from, index)
      splitter.end = isWritten ? part.start + index : part.end
    }
    if (index < piece.length) finishWord(splitter)
    from = index + 1
  }
}

function finishWord(splitter: Splitter): void {
  if (splitter.pending !== '') {
    splitter.words.push({ text: splitter.pending, start: splitter.start, end: splitter.end })
  }
  splitter.pending = ''
}
