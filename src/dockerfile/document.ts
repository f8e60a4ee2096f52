import type { CheckOptions } from './check-options.ts'
import type { EscapeCharacter } from './expand.ts'
import type { ArgInstruction, FromInstruction, Instruction } from './instruction.ts'
import type { Comment } from './instruction-parts.ts'
import type { SourceString } from './source-string.ts'
import type { LineIndex, TextRange } from './text-range.ts'

/**
 * A Dockerfile that was read. Nothing of the text is lost: the `lines` of the nodes cover it from beginning to end, each
 * character once.
 */
export interface DockerfileDocument {
  readonly text: string
  readonly lineIndex: LineIndex
  /** Everything that stands in the file, in order. */
  readonly nodes: readonly DocumentNode[]
  /** The nodes that are instructions. */
  readonly instructions: readonly Instruction[]
  /** What ARG declares before the first FROM. */
  readonly globalArguments: readonly ArgInstruction[]
  readonly stages: readonly Stage[]
  readonly escape: EscapeCharacter
  /** The frontend that the file asks for. Undefined where it takes the one that is built in. */
  readonly syntax: SyntaxReference | undefined
  /** What `# check=` asks for. */
  readonly checkOptions: CheckOptions
  /** How the file ends its lines: as its first line does. */
  readonly newline: '\n' | '\r\n'
}

/** Something that takes whole lines of the file, told apart by `kind`. */
export type DocumentNode = ByteOrderMark | BlankLines | Comment | Directive | Instruction

/** U+FEFF at the beginning of the file. */
export interface ByteOrderMark {
  readonly kind: 'byte-order-mark'
  readonly range: TextRange
  readonly lines: TextRange
}

/** Lines of white space, outside of instructions. */
export interface BlankLines {
  readonly kind: 'blank'
  readonly range: TextRange
  readonly lines: TextRange
}

/** `# name=value`, before everything else. */
export interface Directive {
  readonly kind: 'directive'
  /** In lower case. */
  readonly name: 'syntax' | 'escape' | 'check'
  readonly value: SourceString
  readonly range: TextRange
  readonly lines: TextRange
}

/** The image that is asked to read the file: `docker/dockerfile:1`. */
export interface SyntaxReference {
  readonly reference: string
  /** The reference and what follows it. */
  readonly commandLine: string
  readonly range: TextRange
}

/** FROM and what follows it, up to the next. */
export interface Stage {
  /** Counted from 0, as `COPY --from=0` does. */
  readonly index: number
  /** In lower case. */
  readonly name: string | undefined
  readonly from: FromInstruction
  /** What follows FROM. */
  readonly instructions: readonly Instruction[]
}
