import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import type { SourceString } from '../../source-string.ts'
import type { TextRange } from '../../text-range.ts'
import { runCommands } from './built-steps.ts'
import { optionNames, readOptions } from './command-options.ts'
import { readFileMode, type FileMode } from './file-mode.ts'
import type { Step } from './stage-facts.ts'

/** A mode that an instruction gives to files. */
export interface ModeChange {
  /** As it is written: `777`. */
  readonly text: string
  readonly mode: FileMode
  /** What stands in the file for it: the text alone, or with quotes. */
  readonly range: TextRange
  /** The files, as they are written. */
  readonly paths: readonly string[]
}

const withMode = optionNames('-m --mode -o --owner -g --group -t --target-directory -S --suffix')

/** The modes that COPY and ADD give by `--chmod`, and those of `chmod`, `install -m` and `mkdir -m` in a RUN. */
export function modeChanges(step: Step): readonly ModeChange[] {
  const { evaluated } = step
  if (evaluated.kind === 'copy' || evaluated.kind === 'add') {
    const { chmod } = evaluated.instruction
    return chmod === undefined ? [] : change(evaluated.chmod ?? chmod.value, chmod, [evaluated.destination])
  }
  return runCommands(step).flatMap((command) => changesOf(command))
}

function changesOf(command: ShellCommand): readonly ModeChange[] {
  const { program } = command
  if (program === 'chmod') {
    const { operands } = readOptions(command, new Set())
    const [mode, ...files] = operands
    return mode === undefined || !mode.isLiteral ? [] : change(mode.value, mode, paths(files))
  }
  if (program !== 'install' && program !== 'mkdir') return []
  const { options, operands } = readOptions(command, withMode)
  return options.flatMap(({ name, value, valueWord }) =>
    (name === '-m' || name === '--mode') && value !== undefined && valueWord?.isLiteral === true
      ? change(value, valueWord, paths(program === 'mkdir' ? operands : operands.slice(-1)))
      : [],
  )
}

function change(
  text: string,
  { range }: Pick<SourceString | ShellWord, 'range'>,
  files: readonly string[],
): readonly ModeChange[] {
  const mode = readFileMode(text)
  return mode === undefined ? [] : [{ text, mode, range, paths: files }]
}

function paths(words: readonly ShellWord[]): readonly string[] {
  return words.map(({ value }) => value)
}
