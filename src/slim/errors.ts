import { OperationError } from '../std/errors.ts'

/** What can go wrong with slimming, beside what other folders name. */
export type SlimErrorCode =
  /** A probe that cannot be read, or a file of probes. */
  | 'bad-probe'
  /** A compose file that cannot be read, or says what is not supported. */
  | 'bad-compose'
  /** What was to run beside the app did not start, or ended. */
  | 'companion-failed'
  /** The app ended, or never listened, before it could be probed. */
  | 'never-ready'
  /** The app answers differently each time, and not in a way that can be masked. */
  | 'unstable-answers'
  /** Nothing shows what the app does: no port, no health check, and a command that does not end. */
  | 'nothing-to-probe'
  /** What was asked for cannot be observed on this machine. */
  | 'cannot-observe'
  /** The Dockerfile has something that slimming cannot edit. */
  | 'cannot-rewrite'

/** A failed slimming. */
export class SlimError extends OperationError<SlimErrorCode> {}
