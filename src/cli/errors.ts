import { OperationError } from '../std/errors.ts'

/** What can be wrong before a job begins, or with the terminal that it runs in. */
export type CliErrorCode =
  /** A command, option or argument that does not exist or does not fit. */
  | 'wrong-usage'
  /** The configuration file. */
  | 'bad-configuration'
  /** A file of the user's that is needed cannot be read or written. */
  | 'file-failed'
  /** The job was right, but what it asked about is not so. */
  | 'answer-is-no'
  /** Whoever read standard output has gone, as `head` does. */
  | 'output-closed'

export class CliError extends OperationError<CliErrorCode> {}

/** Ends the job because of a wrong command line. `hint` says where the right one is found. */
export function wrongUsage(message: string, hint?: string): never {
  throw new CliError('wrong-usage', message, { hint })
}
