import type { Diagnostic } from '../dockerfile/diagnostic.ts'
import type { TextRange } from '../dockerfile/text-range.ts'
import { OperationError } from '../std/errors.ts'

/** What can go wrong with a build, beside what other folders name. */
export type BuildErrorCode =
  /** The Dockerfile has mistakes: see {@link DockerfileError}. */
  | 'bad-dockerfile'
  /** An option that is wrong, or that does not go with another. */
  | 'bad-build-option'
  /** COPY or ADD of something that is not there. */
  | 'source-not-found'
  /** A file changed while it was read. */
  | 'context-changed'
  /** A file of the context that cannot be read, or that no image can hold. */
  | 'context-unreadable'
  /** A git repository, an archive or a URL that cannot be had. */
  | 'fetch-failed'
  /** What was fetched is not what `--checksum` says. */
  | 'checksum-mismatch'
  /** A name in `--chown` or USER that the image does not know. */
  | 'unknown-user'
  /** COPY to where a file is in the way. */
  | 'bad-destination'
  /** A RUN that ended with another status than 0. */
  | 'command-failed'
  /** A secret or an agent that is required and was not given. */
  | 'missing-secret'
  /** The build cache cannot be used. */
  | 'build-cache-unusable'
  /** An exporter cannot write. */
  | 'export-failed'

/** A failed build. */
export class BuildError extends OperationError<BuildErrorCode> {}

/** A Dockerfile that cannot be built because of what it says. */
export class DockerfileError extends BuildError {
  readonly diagnostics: readonly Diagnostic[]

  constructor(message: string, diagnostics: readonly Diagnostic[]) {
    super('bad-dockerfile', message)
    this.diagnostics = diagnostics
  }
}

/** A step that failed. Code, message and hint are those of its cause. */
export class StepError extends OperationError {
  /** `[build 2/4] RUN npm ci` */
  readonly title: string
  /** Where it stands in the Dockerfile. */
  readonly place: TextRange
  /** The last lines of what its program said. */
  readonly output: readonly string[]

  constructor(title: string, place: TextRange, output: readonly string[], cause: OperationError) {
    super(cause.code, cause.message, { cause, hint: cause.hint })
    this.title = title
    this.place = place
    this.output = output
  }
}
