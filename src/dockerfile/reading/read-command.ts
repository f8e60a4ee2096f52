import type {
  CommandInstruction,
  HealthcheckInstruction,
  InvalidInstruction,
  ShellInstruction,
} from '../instruction.ts'
import type { CommandLine, InstructionParts } from '../instruction-parts.ts'
import { sliceSource, type SourceString } from '../source-string.ts'
import { nextSeparator, skipSeparators } from './characters.ts'
import type { FlagValues } from './flags.ts'
import { readJsonArray, type JsonArray } from './json-array.ts'
import { didYouMean, problem, quote, type ReadingContext } from './report.ts'
import { parseDurationNanoseconds } from './sizes.ts'

/** A quoted string in what could have been meant as JSON, and what follows it. */
const quotedBeginning = /^\[\s*(?:"(?:[^"\\]|\\.)*("?)|'[^']*('?)|[“”‘’][^“”‘’]*([“”‘’]?))\s*(.?)/su

/** The exec form where it is one, and the shell form otherwise. Undefined for an array that is refused. */
export function readCommandLine(text: SourceString, context: ReadingContext): CommandLine | undefined {
  const array = readJsonArray(text)
  if (array === undefined) {
    reportAlmostJson(text, context)
    return { form: 'shell', text }
  }
  return 'elements' in array ? { form: 'exec', arguments: array.elements } : reportOtherElement(array, context)
}

/** BuildKit does not build with an array of something else than strings. */
export function reportOtherElement(
  array: Extract<JsonArray, { otherElement: unknown }>,
  { report }: ReadingContext,
): undefined {
  const message = 'the elements of the array are not all strings'
  report(problem('bad-json', 'error', array.otherElement, message, 'Put each element in double quotes.'))
}

/**
 * `['a', 'b']` and the like: text, which is hardly meant.
 *
 * @param when `in-command` for text that a shell gets, where `[ "$a" = b ]` is meant.
 */
export function reportAlmostJson(
  text: SourceString,
  { report }: ReadingContext,
  when: 'in-command' | 'always' = 'in-command',
): void {
  // Only the beginning matters, and the pattern must not run over megabytes.
  const match = quotedBeginning.exec(text.value.slice(0, 1000))
  if (match === null) return
  const [, double, single, curly, next] = match
  const isOpen = (double ?? single ?? curly ?? '') === ''
  // `["C:\app.exe"]`, while a shell's test needs a blank: `[ "$a" ]`.
  const isWhole = next === ']' && match[0].length === text.value.trimEnd().length && !/^\[\s/.test(text.value)
  if (!isOpen && next !== ',' && !isWhole && when === 'in-command') return
  const message = `this looks like a JSON array and is none, so ${when === 'always' ? 'each word' : 'all of it'} counts as text`
  const hint =
    isWhole && text.value.includes('\\')
      ? 'Write \\\\ for each backslash: JSON takes a single one for the beginning of an escape.'
      : 'Write ["one", "two"]: double quotes, commas between, and none behind the last.'
  report(problem('json-as-shell', 'warning', text.range, message, hint))
}

/** CMD and ENTRYPOINT. Without arguments they run an empty line in a shell, which BuildKit allows. */
export function readCommand(
  kind: 'cmd' | 'entrypoint',
  parts: InstructionParts,
  context: ReadingContext,
): CommandInstruction | InvalidInstruction {
  const name = kind === 'cmd' ? 'CMD' : 'ENTRYPOINT'
  warnOfNoCommand(name, parts, context)
  const command = readCommandLine(parts.arguments, context)
  return command === undefined ? { ...parts, kind: 'invalid', name } : { ...parts, kind, command }
}

/** BuildKit takes no command for an empty one. */
export function warnOfNoCommand(name: string, parts: InstructionParts, { report }: ReadingContext): void {
  if (parts.arguments.value !== '' || parts.flags.length > 0) return
  report(problem('missing-argument', 'warning', parts.keyword.range, `${name} has no command`))
}

/** SHELL, which has the exec form only. */
export function readShell(parts: InstructionParts, context: ReadingContext): ShellInstruction | InvalidInstruction {
  const { report } = context
  const invalid: InvalidInstruction = { ...parts, kind: 'invalid', name: 'SHELL' }
  const array = readJsonArray(parts.arguments)
  if (array !== undefined && 'otherElement' in array) {
    reportOtherElement(array, context)
    return invalid
  }
  if (parts.arguments.value === '' || array?.elements.length === 0) {
    report(problem('missing-argument', 'error', parts.keyword.range, 'SHELL names no shell'))
    return invalid
  }
  if (array !== undefined) return { ...parts, kind: 'shell', shell: array.elements }
  const hint = 'Write SHELL ["program", "argument"].'
  report(problem('bad-json', 'error', parts.arguments.range, 'SHELL takes a JSON array only', hint))
  return invalid
}

/** HEALTHCHECK NONE, or HEALTHCHECK CMD and a command. */
export function readHealthcheck(
  parts: InstructionParts,
  readFlagValues: () => FlagValues,
  context: ReadingContext,
): HealthcheckInstruction | InvalidInstruction {
  const { report } = context
  const text = parts.arguments
  const end = nextSeparator(text.value, 0)
  const type = sliceSource(text, 0, end)
  const rest = sliceSource(text, skipSeparators(text.value, end))
  const invalid: InvalidInstruction = { ...parts, kind: 'invalid', name: 'HEALTHCHECK' }
  if (type.value.toUpperCase() === 'NONE') {
    if (rest.value === '') return { ...parts, kind: 'healthcheck', command: undefined, ...noTimes }
    report(problem('too-many-arguments', 'error', rest.range, 'HEALTHCHECK NONE takes no arguments'))
    return invalid
  }
  const times = readTimes(readFlagValues(), context)
  if (type.value.toUpperCase() !== 'CMD') {
    const range = type.value === '' ? parts.keyword.range : type.range
    const message =
      type.value === ''
        ? 'HEALTHCHECK has no command'
        : `HEALTHCHECK begins with CMD or NONE, not with ${quote(type.value)}`
    const hint = didYouMean(type.value, ['CMD', 'NONE']) ?? 'Write HEALTHCHECK CMD and a command, or HEALTHCHECK NONE.'
    report(problem(type.value === '' ? 'missing-argument' : 'bad-healthcheck', 'error', range, message, hint))
    return invalid
  }
  const command = readCommandLine(rest, context)
  const isEmpty = command?.form === 'exec' ? command.arguments.length === 0 : rest.value === ''
  if (isEmpty) report(problem('missing-argument', 'error', type.range, 'HEALTHCHECK CMD has no command'))
  return isEmpty || command === undefined ? invalid : { ...parts, kind: 'healthcheck', command, ...times }
}

type Times = Omit<HealthcheckInstruction, keyof InstructionParts | 'kind' | 'command'>

const noTimes: Times = {
  intervalNanoseconds: 0,
  timeoutNanoseconds: 0,
  startPeriodNanoseconds: 0,
  startIntervalNanoseconds: 0,
  retries: 0,
}

function readTimes(flags: FlagValues, { report }: ReadingContext): Times {
  return {
    intervalNanoseconds: readDuration('interval'),
    timeoutNanoseconds: readDuration('timeout'),
    startPeriodNanoseconds: readDuration('start-period'),
    startIntervalNanoseconds: readDuration('start-interval'),
    retries: readRetries(),
  }

  function readDuration(name: string): number {
    const value = flags.text(name)
    if (value === undefined) return 0
    const nanoseconds = parseDurationNanoseconds(value.value)
    if (nanoseconds !== undefined && (nanoseconds === 0 || nanoseconds >= 1e6)) return nanoseconds
    const isShort = nanoseconds !== undefined
    const message = isShort ? `--${name} is less than 1ms` : `${quote(value.value)} is no duration`
    report(problem('bad-duration', 'error', value.range, message, 'Write it as 30s, 1m30s or 500ms.'))
    return 0
  }

  function readRetries(): number {
    const value = flags.text('retries')
    if (value === undefined) return 0
    const number = /^[+-]?[0-9]+$/.test(value.value) ? Number(value.value) + 0 : Number.NaN
    if (number >= 0 && number < 2 ** 31) return number
    report(
      problem('bad-flag-value', 'error', value.range, `--retries is a number from 0 on, not ${quote(value.value)}`),
    )
    return 0
  }
}
