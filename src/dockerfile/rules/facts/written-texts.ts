import { runScript } from '../../run-script.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { rangeWithin, type SourceString } from '../../source-string.ts'
import type { TextRange } from '../../text-range.ts'
import { runCommands } from './built-steps.ts'
import { remembered } from './remembered.ts'
import type { Step } from './stage-facts.ts'

/** Text that an instruction writes to a file. Variables are left as they are written. */
export interface WrittenText {
  readonly text: string
  /** Where a part of it stands, or the least that holds it. */
  readonly at: (start: number, end: number) => TextRange
  /** The file, as it is written. Undefined where that cannot be told. */
  readonly file: string | undefined
  /** Whether variables in it are replaced by the time it is written. */
  readonly isExpanded: boolean
}

/**
 * What an instruction writes to files: here-documents of COPY and RUN, and what `echo` and `printf` in a RUN get as arguments, one
 * text for each command, whether it goes to a file or through a pipeline.
 */
export const writtenTexts: (step: Step) => readonly WrittenText[] = remembered(
  (step) => {
    const { instruction } = step.evaluated
    if (instruction.kind === 'copy' || instruction.kind === 'add') {
      const { inlineFiles, destination } = instruction
      return inlineFiles.map(({ content, name, expands }) => {
        const file = destination.value.endsWith('/') ? destination.value + name : destination.value
        return ofSource(content, file, expands)
      })
    }
    if (instruction.kind !== 'run') return []
    const commands = runCommands(step)
    const echoed = commands.flatMap((command, index) => textOfEcho(command, commands, index) ?? [])
    const script = runScript(instruction)
    const isData =
      script.kind === 'shell' && script.script.range.start < (instruction.heredocs[0]?.content.range.start ?? 0)
    if (!isData) return echoed
    const readers = commands.filter(({ redirections }) =>
      redirections.some(({ operator }) => operator.startsWith('<<')),
    )
    return [
      ...echoed,
      ...instruction.heredocs.map(({ content, expands }, index) =>
        ofSource(content, fileOf(readers[index], commands, -1), expands),
      ),
    ]
  },
  ({ evaluated: { kind } }) => kind !== 'run' && kind !== 'copy' && kind !== 'add',
)

function ofSource(content: SourceString, file: string | undefined, isExpanded: boolean): WrittenText {
  return { text: content.value, at: (start, end) => rangeWithin(content, start, end), file, isExpanded }
}

function textOfEcho(command: ShellCommand, commands: readonly ShellCommand[], index: number): WrittenText | undefined {
  const { program, arguments: words } = command
  const first = words[0]
  const last = words.at(-1)
  if ((program !== 'echo' && program !== 'printf') || first === undefined || last === undefined) return undefined
  const range = { start: first.range.start, end: last.range.end }
  const isExpanded = words.some(({ isLiteral }) => !isLiteral)
  return {
    text: words.map(({ value }) => value).join(' '),
    at: () => range,
    file: fileOf(command, commands, index),
    isExpanded,
  }
}

/** Where the output of a command goes: `> file`, or `| tee file` directly behind it, or `| base64 -d > file`. */
function fileOf(
  command: ShellCommand | undefined,
  commands: readonly ShellCommand[],
  index: number,
): string | undefined {
  if (command === undefined) return undefined
  const target = command.redirections.find(({ operator }) => /^(?:>|>>|>\|)$/.test(operator))?.target?.value
  if (target !== undefined) return target
  const next = command.program === 'tee' ? command : commands[index + 1]
  if (next === undefined || next.pipeline !== command.pipeline) return undefined
  if (next.program === 'tee') return next.arguments.find(({ value }) => !value.startsWith('-'))?.value
  const isFilter = /^(?:base64|tr|sed|cut)$/.test(next.program)
  return isFilter ? next.redirections.find(({ operator }) => /^(?:>|>>|>\|)$/.test(operator))?.target?.value : undefined
}
