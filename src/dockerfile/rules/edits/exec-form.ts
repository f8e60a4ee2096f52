import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { CommandInstruction } from '../../instruction.ts'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { readShellScript } from '../../shell-script.ts'
import { offsetAt, type SourceString } from '../../source-string.ts'

/** What only a shell can run. `echo`, `test` and the like are programs as well. */
// prettier-ignore
const builtins: ReadonlySet<string> = new Set([
  '.', ':', 'alias', 'bg', 'cd', 'command', 'eval', 'exec', 'exit', 'export', 'fg', 'getopts', 'hash', 'jobs', 'let', 'local', 'read',
  'readonly', 'return', 'set', 'shift', 'shopt', 'source', 'time', 'times', 'trap', 'type', 'ulimit', 'umask', 'unalias', 'unset', 'wait',
])

/** A change of form. */
export interface ExecFormEdits {
  readonly edits: readonly TextEdit[]
  /** Who runs the program then: nobody in between; a shell that `exec` replaces; or what was no JSON array becomes one. */
  readonly result: 'program' | 'shell' | 'array'
}

/**
 * Writes a command of the shell form in the exec form: word by word where a shell does nothing but split it, so that its lines stay
 * as they are; otherwise as a script for `/bin/sh` which ends with `exec`. An array in single quotes becomes one in double quotes.
 *
 * @returns undefined where the shell is needed to its end (a pipeline, a loop, a builtin), and where comments stand in between.
 */
export function toExecForm(document: DockerfileDocument, instruction: CommandInstruction): ExecFormEdits | undefined {
  const { command, innerComments } = instruction
  if (command.form === 'exec' || innerComments.length > 0) return undefined
  const { text } = command
  if (text.value.startsWith('[')) return fromAlmostJson(text)
  const { commands, problems } = readShellScript(text)
  const last = commands.at(-1)
  if (last === undefined || problems.length > 0 || !isReplaceable(last, text)) return undefined
  const words = last.words[0]?.value === 'exec' ? last.words.slice(1) : last.words
  const [first] = words
  if (first === undefined || builtins.has(first.value) || first.value.startsWith('-')) return undefined
  const isAlone = commands.length === 1 && last.range.start === text.range.start
  if (isAlone && isOnlyWords(document, last.words)) return { edits: wordEdits(words, text), result: 'program' }
  const at = indexOf(text, last.range.start)
  const script = words === last.words ? `${text.value.slice(0, at)}exec ${text.value.slice(at)}` : text.value
  const newText = `["/bin/sh", "-c", ${JSON.stringify(script)}]`
  return { edits: [{ range: text.range, newText }], result: 'shell' }
}

/** `['a', 'b']` is text for a shell, and hardly meant as such. */
function fromAlmostJson(text: SourceString): ExecFormEdits | undefined {
  if (!/^\[\s*'[^'"\\]*'(?:\s*,\s*'[^'"\\]*')*\s*\]$/.test(text.value) || text.jumps.length > 0) return undefined
  return { edits: [{ range: text.range, newText: text.value.replaceAll("'", '"') }], result: 'array' }
}

/** Whether the last command could take the place of the shell: nothing is left to do behind it. */
function isReplaceable(command: ShellCommand, text: SourceString): boolean {
  const { operatorBefore, isNested, isConditional, assignments, range } = command
  const isAtEnd = range.end >= offsetAt(text, text.value.trimEnd().length - 1) + 1
  return isAtEnd && !isNested && !isConditional && assignments.length === 0 && operatorBefore !== '|'
}

/** Whether a command is nothing but words that mean themselves, and blanks between them. */
function isOnlyWords({ text }: DockerfileDocument, words: readonly ShellWord[]): boolean {
  return words.every(({ isLiteral, range }, index) => {
    const before = words[index - 1]
    if (!isLiteral) return false
    return before === undefined || /^(?:[ \t]|[\\`][ \t]*\r?\n)+$/.test(text.slice(before.range.end, range.start))
  })
}

function wordEdits(words: readonly ShellWord[], text: SourceString): readonly TextEdit[] {
  return words.map(({ value, range }, index) => {
    const isFirst = index === 0
    const isLast = index === words.length - 1
    const newText = `${isFirst ? '[' : ''}${JSON.stringify(value)}${isLast ? ']' : ','}`
    return { range: isFirst ? { start: text.range.start, end: range.end } : range, newText }
  })
}

function indexOf(text: SourceString, offset: number): number {
  for (let index = 0; index < text.value.length; index += 1) if (offsetAt(text, index) >= offset) return index
  return text.value.length
}
