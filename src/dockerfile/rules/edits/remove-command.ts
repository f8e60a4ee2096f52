import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { ShellCommand } from '../../shell-command.ts'

/** What may stand between two commands that run one after the other; comments may not. */
const separator = /^(?:[ \t]|[\\`][ \t]*\r?\n)*(?:&&|;|\r?\n)(?:[ \t\r\n]|[\\`][ \t]*\r?\n)*$/

/**
 * Takes one of a script's commands away, with the operator that joins it to the next command, or to the one before if it is the last.
 *
 * @param at Which of the commands.
 * @returns undefined where the other commands could then do something else: in conditions, pipelines and subshells; where it is the
 *   only command; and where comments stand in between.
 */
export function removeCommand(
  { text }: DockerfileDocument,
  commands: readonly ShellCommand[],
  at: number,
): TextEdit | undefined {
  const command = commands[at]
  const before = commands[at - 1]
  const next = commands[at + 1]
  if (command === undefined || !isSimple(command) || command.operatorBefore === '||') return undefined
  if (next !== undefined) {
    const range = { start: command.range.start, end: next.range.start }
    const isJoined = isSimple(next) && isPlainOperator(next) && separator.test(text.slice(command.range.end, range.end))
    return isJoined ? { range, newText: '' } : undefined
  }
  if (before === undefined || !isSimple(before) || !isPlainOperator(command)) return undefined
  const range = { start: before.range.end, end: command.range.end }
  return separator.test(text.slice(range.start, command.range.start)) ? { range, newText: '' } : undefined
}

function isSimple({ isConditional, isNested }: ShellCommand): boolean {
  return !isConditional && !isNested
}

function isPlainOperator({ operatorBefore }: ShellCommand): boolean {
  return operatorBefore === '&&' || operatorBefore === ';'
}
