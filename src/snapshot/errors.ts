import { OperationError } from '../std/errors.ts'

/** What can go wrong with a writable root file system. */
export type SnapshotErrorCode =
  /** The machine does not let this process mount what is needed. */
  | 'cannot-mount'
  /** Layers cannot be unpacked, or what was written cannot be kept: a full disk, missing rights. */
  | 'cannot-write'
  /** What was written into the root cannot be read. */
  | 'cannot-read'

/** A failed operation on a writable root file system. */
export class SnapshotError extends OperationError<SnapshotErrorCode> {}
