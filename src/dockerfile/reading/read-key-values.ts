import type { ArgInstruction, EnvInstruction, InvalidInstruction, LabelInstruction } from '../instruction.ts'
import type { InstructionParts, KeyValue } from '../instruction-parts.ts'
import { sliceSource, type SourceString } from '../source-string.ts'
import { nextSeparator, skipSeparators } from './characters.ts'
import { problem, quote, type ReadingContext } from './report.ts'
import { splitWords } from './words.ts'

/** ENV and LABEL: pairs with equals signs, or one pair without, in which case everything behind the name is the value. */
export function readPairs(
  kind: 'env' | 'label',
  parts: InstructionParts,
  context: ReadingContext,
): EnvInstruction | LabelInstruction | InvalidInstruction {
  const pairs = readKeyValues(kind.toUpperCase(), parts, context)
  if (pairs.length === 0) return { ...parts, kind: 'invalid', name: kind === 'env' ? 'ENV' : 'LABEL' }
  return { ...parts, kind, pairs }
}

function readKeyValues(name: string, parts: InstructionParts, context: ReadingContext): readonly KeyValue[] {
  const { report } = context
  const words = splitWords(parts.arguments, context.escape)
  const [first] = words
  if (first === undefined) {
    report(problem('missing-argument', 'error', parts.keyword.range, `${name} has no arguments`))
    return []
  }
  if (!first.value.includes('=')) {
    const pair = readOldPair(parts.arguments)
    if (pair !== undefined) return [pair]
    const hint = `Write ${name} ${first.value.length > 60 ? 'NAME' : first.value}=VALUE.`
    report(problem('missing-argument', 'error', first.range, `${name} ${quote(first.value)} has no value`, hint))
    return []
  }
  const pairs: KeyValue[] = []
  for (const word of words) {
    const equals = word.value.indexOf('=')
    if (equals === -1) {
      const hint = 'Put the value in quotes if it holds spaces.'
      const message = `${quote(word.value)} is not of the form name=value`
      report(problem('missing-equals-sign', 'error', word.range, message, hint))
    } else if (equals === 0) {
      report(problem('blank-name', 'error', word.range, `nothing stands before the equals sign`))
    } else {
      const value = sliceSource(word, equals + 1)
      pairs.push({ range: word.range, name: sliceSource(word, 0, equals), value, hasEqualsSign: true })
    }
  }
  return pairs
}

/** `name value`: one pair, whatever the value looks like. Undefined without a value. */
function readOldPair(text: SourceString): KeyValue | undefined {
  const { value } = text
  const end = nextSeparator(value, 0)
  const start = skipSeparators(value, end)
  if (end === value.length) return undefined
  return { range: text.range, name: sliceSource(text, 0, end), value: sliceSource(text, start), hasEqualsSign: false }
}

/** ARG: names, each with a value or without. */
export function readArg(parts: InstructionParts, context: ReadingContext): ArgInstruction | InvalidInstruction {
  const { report } = context
  const words = splitWords(parts.arguments, context.escape)
  if (words.length === 0) report(problem('missing-argument', 'error', parts.keyword.range, 'ARG names no variable'))
  const declarations = words.flatMap((word) => {
    const equals = word.value.indexOf('=')
    if (equals === 0) report(problem('blank-name', 'error', word.range, 'nothing stands before the equals sign'))
    if (equals === 0) return []
    const name = equals === -1 ? word : sliceSource(word, 0, equals)
    return [{ range: word.range, name, value: equals === -1 ? undefined : sliceSource(word, equals + 1) }]
  })
  return declarations.length === 0
    ? { ...parts, kind: 'invalid', name: 'ARG' }
    : { ...parts, kind: 'arg', declarations }
}
