import { OperationError } from '../std/errors.ts'

/** What can be wrong with what a toolchain is asked for, beside what the folders below it say. */
export type ToolchainErrorCode =
  /** Something that is not there, does not fit the rest, or is written wrong. */
  | 'bad-request'
  /** A file of this machine that is needed and cannot be read. */
  | 'file-unreadable'

/** A failure of what a toolchain is asked for. */
export class ToolchainError extends OperationError<ToolchainErrorCode> {}

/** Refuses what was asked for. `hint` says what would be right. */
export function badRequest(message: string, hint?: string): never {
  throw new ToolchainError('bad-request', message, { hint })
}
