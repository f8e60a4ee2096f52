import type { SourceString } from './source-string.ts'
import type { TextRange } from './text-range.ts'

/** What every instruction has. Strings are as they are written: quotes and variables are still in them. */
export interface InstructionParts {
  /** As it is written: `From`. */
  readonly keyword: SourceString
  /** From the keyword to the end of the arguments, or of the last here-document. */
  readonly range: TextRange
  /** The same in whole lines, with indentation and the last line's end. */
  readonly lines: TextRange
  readonly flags: readonly Flag[]
  /** All behind the flags, in one line. */
  readonly arguments: SourceString
  readonly heredocs: readonly Heredoc[]
  /** Comments above, as BuildKit takes them to belong to it: an empty comment ends them, an empty line does not. */
  readonly leadingComments: readonly Comment[]
  /** Comments between the lines of the instruction. */
  readonly innerComments: readonly Comment[]
  /** Empty lines after a line that is continued. BuildKit skips them, and warns (`NoEmptyContinuation`). */
  readonly emptyContinuationLines: readonly TextRange[]
}

/** A comment in a line of its own. */
export interface Comment {
  readonly kind: 'comment'
  /** From the `#` to the end of the line's text. */
  readonly range: TextRange
  readonly lines: TextRange
  /** Behind the `#`, without white space at the ends. */
  readonly text: SourceString
  /** Whether white space stands before the `#`. BuildKit looks for options of checks in comments that have none. */
  readonly isIndented: boolean
}

/** `--name` or `--name=value`. Quotes and escapes are gone from both. */
export interface Flag {
  readonly range: TextRange
  /** Without the dashes. */
  readonly name: SourceString
  readonly value: SourceString | undefined
}

/** `<<EOF` and the lines up to `EOF`. */
export interface Heredoc {
  /** The word that ends it, without quotes. */
  readonly name: string
  /** `<<-"EOF"`, where the instruction has it. */
  readonly marker: TextRange
  /** The number before `<<`; 0 where there is none. */
  readonly fileDescriptor: number
  /** Whether variables in the text are replaced: no part of the word was quoted. */
  readonly expands: boolean
  /** `<<-`: tabs at the beginning of lines do not count. */
  readonly stripsTabs: boolean
  /** The lines as they stand, with their ends. */
  readonly content: SourceString
  /** The line that ends it. Undefined where the file ends first. */
  readonly terminator: TextRange | undefined
}

/** `name=value`, or `name value` in the old form. */
export interface KeyValue {
  readonly range: TextRange
  readonly name: SourceString
  readonly value: SourceString
  readonly hasEqualsSign: boolean
}

/** `["program", "argument"]`, which is run as it is, or text for a shell. */
export type CommandLine = ExecForm | ShellForm

/** A JSON array of strings. */
export interface ExecForm {
  readonly form: 'exec'
  readonly arguments: readonly SourceString[]
}

/** Everything that is no JSON array of strings. */
export interface ShellForm {
  readonly form: 'shell'
  readonly text: SourceString
}
