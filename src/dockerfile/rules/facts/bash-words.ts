import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import type { TextEdit } from '../../edit.ts'
import type { BaseFacts } from './base-images.ts'
import { hasPipefail, type ShellDialect } from './shell-dialect.ts'

/** A command that only bash has, or has with this option. */
export interface BashWord {
  readonly what: string
  readonly range: TextRange
  /** What the shell does then. */
  readonly effect: string
  /** Whether it surely ends with an error. */
  readonly fails: boolean
  readonly hint?: string
  /** What to write instead. */
  readonly fix?: TextEdit
}

const notFound = 'The shell looks for a program of that name, and finds none.'

/** Commands of bash that neither dash nor busybox has. */
const unknownWords: ReadonlySet<string> = new Set([
  ...[
    'pushd',
    'popd',
    'dirs',
    'declare',
    'typeset',
    'shopt',
    'mapfile',
    'readarray',
    'enable',
    'disown',
    'compgen',
    'complete',
  ],
  ...['builtin', 'caller', 'bind', 'history'],
])

/** Those that busybox has and dash has not. */
const unknownToDash: ReadonlySet<string> = new Set(['source', 'let'])

/** What a command has that a shell does not know. */
export function bashWord(command: ShellCommand, dialect: ShellDialect, base: BaseFacts): BashWord | undefined {
  const { programWord } = command
  // Behind `command -v` or `sudo` stands a program and no word of the shell.
  if (programWord === undefined || command.wrappers.length > 0) return undefined
  const { value, range } = programWord
  if (unknownWords.has(value)) return { what: value, range, effect: notFound, fails: false }
  if (dialect === 'dash' && unknownToDash.has(value)) return ofUnknownToDash(command, value, range)
  if (value === 'set') return ofSet(command, dialect, base)
  return dialect === 'dash' ? ofOptions(command, value) : undefined
}

function ofUnknownToDash({ arguments: words }: ShellCommand, value: string, range: TextRange): BashWord {
  const isSource = value === 'source'
  // Without a folder the dot looks for the file in PATH.
  const hasFolder = words[0]?.value.includes('/') === true || words[0]?.value.startsWith('$') === true
  return {
    what: value,
    range,
    effect: notFound,
    fails: false,
    ...(isSource ? { hint: 'Write a dot instead: . and the path of the file.' } : {}),
    ...(isSource && hasFolder ? { fix: { range, newText: '.' } } : {}),
  }
}

/** `set -o pipefail`, `set -euo pipefail` */
function ofSet({ arguments: words }: ShellCommand, dialect: ShellDialect, base: BaseFacts): BashWord | undefined {
  const at = words.findIndex(
    ({ value }, index) => value === 'pipefail' && /^[-+][a-z]*o$/.test(words[index - 1]?.value ?? ''),
  )
  const option = words[at]
  if (option === undefined || hasPipefail(base, dialect) !== false) return undefined
  return {
    what: 'pipefail',
    range: option.range,
    effect: 'The shell ends with "Illegal option -o pipefail".',
    fails: true,
    hint: 'Write SHELL ["/bin/bash", "-o", "pipefail", "-c"] above.',
  }
}

const testOperators: ReadonlySet<string> = new Set(['==', '=~'])

/** What dash's own commands do not take. */
function ofOptions(command: ShellCommand, value: string): BashWord | undefined {
  const { arguments: words } = command
  const [first] = words
  if (value === '[' || value === 'test') return ofTest(words)
  if (first === undefined || !/^-[A-Za-z]+$/.test(first.value)) {
    const signal = value === 'trap' ? words.find((word) => word.value === 'ERR' || word.value === 'RETURN') : undefined
    return (
      signal && { what: signal.value, range: signal.range, effect: 'The shell knows no such signal.', fails: false }
    )
  }
  const letters = first.value.slice(1)
  const what = `${value} ${first.value}`
  const range = { start: command.range.start, end: first.range.end }
  if (value === 'echo' && /^[neE]*e[neE]*$/.test(letters)) {
    return {
      what,
      range,
      effect: 'The shell prints -e as well: its echo reads escapes without it.',
      fails: false,
      hint: 'Use printf.',
    }
  }
  const illegal = 'The shell ends with "Illegal option".'
  if (value === 'read' && /[adnNstu]/.test(letters)) return { what, range, effect: illegal, fails: false }
  if (value === 'export' && letters.includes('f')) return { what, range, effect: illegal, fails: false }
  if (value === 'wait' && letters.includes('n')) return { what, range, effect: illegal, fails: false }
  return undefined
}

/** `[ a == b ]` */
function ofTest(words: readonly ShellWord[]): BashWord | undefined {
  const operator = words.find(({ value, isLiteral }, index) => index > 0 && isLiteral && testOperators.has(value))
  if (operator === undefined) return undefined
  const { range, value } = operator
  const effect = 'The condition is never true: dash\'s test ends with "unexpected operator".'
  return {
    what: `${value} in [ ]`,
    range,
    effect,
    fails: false,
    ...(value === '==' ? { hint: 'Write = instead.', fix: { range, newText: '=' } } : {}),
  }
}
