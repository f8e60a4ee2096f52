import { OperationError } from '../std/errors.ts'

/** What can be wrong with an archive or with compressed bytes. */
export type ArchiveErrorCode =
  /** Truncated, damaged, or so written that readers would disagree about what it holds. */
  | 'bad-archive'
  /** Over one of the job's limits. */
  | 'archive-too-large'
  /** A format, or a feature of one, that this program does not read. */
  | 'unsupported-archive'
  /** An entry that cannot be written as it is: a name with a NUL, a body of another size than was said. */
  | 'bad-entry'

/** An archive or compressed stream that cannot be read, or an entry that cannot be written. */
export class ArchiveError extends OperationError<ArchiveErrorCode> {}
