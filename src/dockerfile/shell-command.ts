import type { TextRange } from './text-range.ts'

/** What a script for a POSIX shell runs, wherever it stands in it. */
export interface ShellScript {
  /** All simple commands in the order of the text: also those in conditions, loops, substitutions and `sh -c '…'`. */
  readonly commands: readonly ShellCommand[]
  /** Why a shell would not run it. What could be read is in `commands` all the same. */
  readonly problems: readonly ShellProblem[]
  /** What bash understands and POSIX does not ask of a shell, in the order of the text. */
  readonly extensions: readonly ShellExtension[]
  /** The variables that it expands, except those in arithmetic. */
  readonly variables: readonly ShellVariable[]
  /** The names of the functions that it defines. */
  readonly functions: readonly string[]
  /** The variables that it gives a value, by an assignment anywhere or in a loop. Those of `read` are not among them. */
  readonly assigned: readonly string[]
  /** A comment behind the last command, in a script of one line: a RUN without here-documents is one, however it is laid out. */
  readonly trailingComment: TextRange | undefined
}

/** One simple command: `FOO=1 sudo apt-get install -y curl >/dev/null`. */
export interface ShellCommand {
  /** In the Dockerfile. */
  readonly range: TextRange
  /** Everything but assignments and redirections, as the shell would hand it on. Empty where there are only assignments. */
  readonly words: readonly ShellWord[]
  /**
   * The program without its folder, behind wrappers such as `sudo` and `env A=b`: `apt-get`. Empty where only running would tell.
   */
  readonly program: string
  /** The word that names the program. Undefined where there are only assignments, or only a wrapper. */
  readonly programWord: ShellWord | undefined
  /** What the program gets. */
  readonly arguments: readonly ShellWord[]
  /** The programs before it that only run it: `sudo`, `env`, `exec`. */
  readonly wrappers: readonly string[]
  readonly assignments: readonly ShellAssignment[]
  readonly redirections: readonly ShellRedirection[]
  /** Commands of one pipeline share a number, in the order in which data flows through them. */
  readonly pipeline: number
  /** What stands between it and the command before it, in the same list. */
  readonly operatorBefore: '&&' | '||' | ';' | '|' | undefined
  /** Whether it may be passed over although nothing fails: behind `||`, in a condition, a loop or a function. */
  readonly isConditional: boolean
  /** Whether what it changes in the shell (folder, variables) is lost: in a subshell, a substitution, a pipeline, `sh -c`. */
  readonly isNested: boolean
  /** Whether the shell goes on without waiting for it: `&` follows it, or the list that it is in. */
  readonly isInBackground: boolean
  /** The shell that reads it where another command starts one: `bash` in `bash -c '…'`. */
  readonly shell: string | undefined
}

/** A word of a command. */
export interface ShellWord {
  readonly range: TextRange
  /** Without quotes. Expansions stay as they are written: `$HOME/x`. */
  readonly value: string
  /** Whether the value is what the program gets: it has no expansion and no pattern. */
  readonly isLiteral: boolean
  /** Scripts of `$(…)` and the like are among the commands; this says that there are some. */
  readonly hasSubstitution: boolean
}

/** `NAME=value` before a command, or alone. */
export interface ShellAssignment {
  readonly range: TextRange
  readonly name: string
  readonly value: ShellWord | undefined
}

/** `>file`, `2>&1`, `<<EOF` */
export interface ShellRedirection {
  readonly range: TextRange
  readonly operator: string
  /** The file, the descriptor, or the text of a here-string; undefined for a here-document. */
  readonly target: ShellWord | undefined
}

/** A part of a script that POSIX does not ask a shell to understand. */
export interface ShellExtension {
  readonly kind: ShellExtensionKind
  readonly range: TextRange
  /** As in {@link ShellCommand}. */
  readonly shell: string | undefined
}

/** The parts of bash's language beyond POSIX.1-2017. Commands that only bash has (`source`) are among the commands. */
export type ShellExtensionKind =
  /** `[[ a == b ]]` */
  | 'double-bracket'
  /** `((i++))` */
  | 'arithmetic-command'
  /** `for ((i = 0; i < 3; i++))` */
  | 'arithmetic-for'
  /** `function f { …; }` */
  | 'function-keyword'
  /** `a=(b c)`, `a[1]=b`, `${a[1]}` */
  | 'array'
  /** `a+=b` */
  | 'append'
  /** `<(a)` */
  | 'process-substitution'
  /** `<<<a` */
  | 'here-string'
  /** `&>file`, `>&file` */
  | 'redirect-both'
  /** `a |& b` */
  | 'pipe-both'
  /** `$'a\\tb'` */
  | 'ansi-c-quote'
  /** `$"a"` */
  | 'locale-string'
  /** `{a,b}`, `{1..3}` */
  | 'brace-expansion'
  /** `${a:1:2}` */
  | 'substring'
  /** `${a/b/c}` */
  | 'replacement'
  /** `${a^^}` */
  | 'case-change'
  /** `${!a}`, `${!a*}`, `${a@Q}` */
  | 'indirection'
  /** `@(a|b)` */
  | 'extended-glob'
  | 'select'
  | 'coproc'
  /** `;&` and `;;&` in `case` */
  | 'fall-through'

/** A variable that a script expands: `$A`, `${A:-b}`. */
export interface ShellVariable {
  readonly name: string
  readonly range: TextRange
  /** Whether something is said for the case that it has no value: `${A:-b}`, `${A:+b}`, `${A:?b}`. */
  readonly hasDefault: boolean
}

/** A mistake in a script. */
export interface ShellProblem {
  readonly message: string
  readonly range: TextRange
}
