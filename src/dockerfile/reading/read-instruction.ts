import { findExpansionProblem } from '../expand.ts'
import { instructionNames, type Instruction, type InstructionName } from '../instruction.ts'
import type { Flag, InstructionParts } from '../instruction-parts.ts'
import type { SourceString } from '../source-string.ts'
import { expandableStrings } from './expandable.ts'
import { readFlags, toFlags } from './flags.ts'
import { readJsonArray } from './json-array.ts'
import { readCommand, readHealthcheck, readShell } from './read-command.ts'
import { readCopy } from './read-copy.ts'
import { readFrom } from './read-from.ts'
import { readArg, readPairs } from './read-key-values.ts'
import { readRun } from './read-run.ts'
import { readSimple } from './read-simple.ts'
import { didYouMean, problem, quote, type ReadingContext } from './report.ts'
import { splitInstruction, type SplitInstruction } from './split-instruction.ts'

const namesInLowerCase: ReadonlyMap<string, InstructionName> = new Map(
  instructionNames.map((name) => [name.toLowerCase(), name]),
)

/** The instruction that a keyword names, in whatever case it is written. */
export function instructionName(keyword: SourceString): InstructionName | undefined {
  return namesInLowerCase.get(keyword.value.toLowerCase())
}

/** Whether here-documents may follow: behind RUN, COPY and ADD, also in ONBUILD, unless the arguments are a JSON array. */
export function canHoldHeredocs(split: SplitInstruction, escape: string): boolean {
  const isOnbuild = instructionName(split.keyword) === 'ONBUILD'
  const { keyword, arguments: text } = isOnbuild ? splitInstruction(split.arguments, escape) : split
  const name = instructionName(keyword)
  if (name !== 'RUN' && name !== 'COPY' && name !== 'ADD') return false
  const array = readJsonArray(text)
  return array === undefined || !('elements' in array)
}

/** Makes a typed instruction of its parts, and reports what is wrong with it. */
export function readInstruction(parts: InstructionParts, line: SourceString, context: ReadingContext): Instruction {
  const name = instructionName(parts.keyword)
  const instruction = readByName(name, parts, line, context)
  // A trigger was looked at when it was read.
  for (const { source, isHeredocText } of name === 'ONBUILD' ? [] : expandableStrings(instruction)) {
    const found = findExpansionProblem(source, isHeredocText ? { escape: '\\', quotes: false } : context)
    if (found !== undefined) context.report({ ...found, severity: 'error' })
  }
  for (const flag of parts.flags) warnOfOtherLetters(flag, context)
  return instruction
}

function readByName(
  name: InstructionName | undefined,
  parts: InstructionParts,
  line: SourceString,
  context: ReadingContext,
): Instruction {
  if (name === undefined) return readUnknown(parts, context)
  // HEALTHCHECK NONE does not look at its flags.
  if (name === 'HEALTHCHECK') return readHealthcheck(parts, () => readFlags(name, parts.flags, context), context)
  if (name === 'ONBUILD') return readOnbuild(parts, line, context)
  const flags = readFlags(name, parts.flags, context)
  switch (name) {
    case 'FROM':
      return readFrom(parts, flags, context)
    case 'RUN':
      return readRun(parts, flags, context)
    case 'COPY':
      return readCopy('copy', parts, flags, context)
    case 'ADD':
      return readCopy('add', parts, flags, context)
    case 'ENV':
      return readPairs('env', parts, context)
    case 'LABEL':
      return readPairs('label', parts, context)
    case 'ARG':
      return readArg(parts, context)
    case 'CMD':
      return readCommand('cmd', parts, context)
    case 'ENTRYPOINT':
      return readCommand('entrypoint', parts, context)
    case 'SHELL':
      return readShell(parts, context)
    case 'EXPOSE':
    case 'MAINTAINER':
    case 'STOPSIGNAL':
    case 'USER':
    case 'VOLUME':
    case 'WORKDIR':
      return readSimple(name, parts, context)
  }
}

function readUnknown(parts: InstructionParts, { report }: ReadingContext): Instruction {
  const { value, range } = parts.keyword
  const hint = /[^\x20-\x7e]/.test(value)
    ? 'It has characters that look like others, or that cannot be seen: type it again.'
    : didYouMean(value.toUpperCase(), instructionNames)
  const message = value === '' ? 'nothing follows the continued line' : `there is no instruction ${quote(value)}`
  report(problem('unknown-instruction', 'error', value === '' ? parts.lines : range, message, hint))
  return { ...parts, kind: 'invalid', name: undefined }
}

/** BuildKit reads flags byte by byte, and takes each byte of another letter for a letter of its own. */
function warnOfOtherLetters(flag: Flag, { report }: ReadingContext): void {
  if (!/[^\0-\x7f]/.test(flag.name.value + (flag.value?.value ?? ''))) return
  const message = 'BuildKit garbles letters outside of ASCII in flags'
  report(problem('bad-flag-value', 'warning', flag.range, message))
}

/** ONBUILD: BuildKit keeps the trigger as text, and looks at most of it only in a build that it belongs to. */
function readOnbuild(parts: InstructionParts, line: SourceString, context: ReadingContext): Instruction {
  const { report, escape } = context
  readFlags('ONBUILD', parts.flags, context)
  const split = splitInstruction(parts.arguments, escape)
  const name = instructionName(split.keyword)
  if (parts.arguments.value === '' || name === 'ONBUILD' || name === 'FROM' || name === 'MAINTAINER') {
    const isEmpty = parts.arguments.value === ''
    const message = isEmpty ? 'ONBUILD has no instruction' : `ONBUILD cannot hold ${name ?? ''}`
    const range = isEmpty ? parts.keyword.range : split.keyword.range
    report(problem(isEmpty ? 'missing-argument' : 'bad-trigger', 'error', range, message))
    return { ...parts, kind: 'invalid', name: 'ONBUILD' }
  }
  const trigger = readInstruction(triggerParts(parts, split), parts.arguments, { escape, report: reportLater })
  const text = line.value.replace(/^[\t\n\f\r ]*onbuild[\t\n\f\r ]*/i, '')
  const documents = parts.heredocs.map((heredoc) => `\n${heredoc.content.value}${heredoc.name}`)
  return { ...parts, kind: 'onbuild', trigger, expression: text + documents.join('') }

  /** Only these fail where they are written. */
  function reportLater(found: Parameters<typeof report>[0]): void {
    const failsNow = found.code === 'bad-json' || found.code === 'missing-equals-sign'
    report(found.severity === 'error' && !failsNow ? { ...found, severity: 'warning' } : found)
  }
}

function triggerParts(parts: InstructionParts, split: SplitInstruction): InstructionParts {
  return {
    ...parts,
    keyword: split.keyword,
    range: { start: split.keyword.range.start, end: parts.range.end },
    flags: toFlags(split.flagWords),
    arguments: split.arguments,
    leadingComments: [],
    innerComments: [],
    emptyContinuationLines: [],
  }
}
