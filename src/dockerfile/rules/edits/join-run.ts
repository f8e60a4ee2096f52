import type { DockerfileDocument } from '../../document.ts'
import { deleteInstruction, type TextEdit } from '../../edit.ts'
import type { RunInstruction } from '../../instruction.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { appendCommand } from './append-command.ts'

/** A RUN and its commands. */
export interface RunWithCommands {
  readonly instruction: RunInstruction
  readonly commands: readonly ShellCommand[]
}

/**
 * Puts the commands of a RUN to the end of the RUN before it, and takes the RUN away.
 *
 * @returns undefined where they might then do something else, where anything but blank lines stands between them, and where the
 *   second is longer than a line.
 */
export function joinRun(
  document: DockerfileDocument,
  before: RunWithCommands,
  { instruction, commands }: RunWithCommands,
): readonly TextEdit[] | undefined {
  const { command, flags, heredocs, range } = instruction
  const isPlain = command.form === 'shell' && flags.length === 0 && heredocs.length === 0
  const between = document.text.slice(before.instruction.lines.end, instruction.lines.start)
  const movesAway = before.commands.some(({ program }) => /^(?:cd|pushd|popd|exec|set|export|exit)$/.test(program))
  const isOneAfterTheOther = commands.every(
    ({ operatorBefore, isConditional }) => !isConditional && (operatorBefore === undefined || operatorBefore === '&&'),
  )
  if (!isPlain || before.instruction.flags.length > 0 || between.trim() !== '' || movesAway || !isOneAfterTheOther) {
    return undefined
  }
  const written = document.text.slice(command.text.range.start, range.end).trim()
  const edit = /[\r\n#]/.test(written) ? undefined : appendCommand(document, before.instruction, written)
  return edit === undefined ? undefined : [edit, deleteInstruction(document, instruction)]
}
