import type { TextRange } from './text-range.ts'

/** `error`: the build fails here, or builds something else than is written. `warning`: it builds, and is probably not meant. */
export type Severity = 'error' | 'warning' | 'information'

/** A problem in a user's text: a value with a place, never thrown. */
export interface Diagnostic {
  /** Which kind of problem it is. {@link DockerfileProblem} for what reading finds; rules have names of their own. */
  readonly code: string
  readonly severity: Severity
  /** What is wrong, in one line without a full stop. */
  readonly message: string
  readonly range: TextRange
  /** What to do about it. */
  readonly hint?: string
  /** Other places that belong to the problem. */
  readonly related?: readonly RelatedPlace[]
}

/** Another place that a diagnostic points to: the first of two, say. */
export interface RelatedPlace {
  readonly message: string
  readonly range: TextRange
}

/** The kinds of problems that reading and evaluating a Dockerfile finds. */
export type DockerfileProblem =
  /** No text at all. */
  | 'empty-file'
  /** Text, but no instruction. */
  | 'no-instruction'
  /** Instructions, but no FROM. */
  | 'no-stage'
  /** NUL characters, or bytes that are no UTF-8. */
  | 'binary-content'
  /** A file, or a line, longer than BuildKit reads. */
  | 'too-long'
  | 'duplicate-directive'
  /** An escape character that is none. */
  | 'bad-escape'
  | 'bad-check-options'
  | 'unknown-instruction'
  /** Something other than ARG before the first FROM. */
  | 'instruction-before-from'
  | 'missing-argument'
  | 'too-many-arguments'
  | 'unknown-flag'
  | 'duplicate-flag'
  | 'missing-flag-value'
  | 'bad-flag-value'
  /** A flag that BuildKit reads and never looks at. */
  | 'ignored-flag'
  | 'unterminated-quote'
  /** `$` followed by something that is no variable, or nested too deeply. */
  | 'bad-substitution'
  /** A JSON array of something else than strings, or no JSON where nothing else will do. */
  | 'bad-json'
  /** What looks like the exec form and is none, so that a shell gets it. */
  | 'json-as-shell'
  | 'unterminated-heredoc'
  | 'bad-heredoc'
  /** `<<` that looks like a here-document and is not read as one. */
  | 'ignored-heredoc'
  /** ENV or LABEL without `=`. */
  | 'missing-equals-sign'
  | 'blank-name'
  | 'bad-stage-name'
  /** An instruction that ONBUILD cannot hold. */
  | 'bad-trigger'
  | 'bad-mount'
  | 'bad-device'
  | 'bad-duration'
  | 'bad-healthcheck'
  | 'bad-port'
  | 'bad-signal'
  /** A FROM or a platform that is empty once its variables are replaced. */
  | 'blank-base'
  /** `${name:?…}` of a variable that has no value. */
  | 'required-variable'
  /** A variable where BuildKit replaces none. */
  | 'unsupported-variable'
  /** Variables that grow without bound. */
  | 'expansion-too-large'
  | 'unknown-stage'
  /** A stage that copies from a later one. */
  | 'stage-not-built-yet'
  /** Stages that need each other, or themselves. */
  | 'circular-stages'
  /** A pattern of a .dockerignore that is none. */
  | 'bad-pattern'

/** Takes what reading finds. */
export type ReportProblem = (problem: Diagnostic & { readonly code: DockerfileProblem }) => void
