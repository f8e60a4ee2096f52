import { OperationError } from '../std/errors.ts'

/** What can go wrong with comparing, beside what images and their files name. */
export type CompareErrorCode =
  /** A card that cannot be read: not JSON, not a card, or of a version that is not known here. */
  | 'bad-card'
  /** A budget that cannot be read. */
  | 'bad-budget'
  /** A machine to be imitated that cannot be read. */
  | 'bad-machine'
  /** A folder of this machine that was to be compared. */
  | 'unreadable-folder'

/** A failed comparison. */
export class CompareError extends OperationError<CompareErrorCode> {}
