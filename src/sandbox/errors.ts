import { OperationError } from '../std/errors.ts'

/** What can go wrong before a process runs in its sandbox. What the process itself does wrong is its exit. */
export type SandboxErrorCode =
  /** The machine has no means for it, or does not allow it. */
  | 'no-sandbox'
  /** The program to run cannot be executed, or what it is to see cannot be there. */
  | 'cannot-start'
  /** The program to run is not in the image. */
  | 'no-such-program'

/** A process that could not be run. */
export class SandboxError extends OperationError<SandboxErrorCode> {}
