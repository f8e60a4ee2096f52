import { OperationError } from '../../std/errors.ts'

/** Whether an image is to blame that does not start, and not the machine. */
export function isOfTheImage(error: unknown): error is OperationError {
  const codes = ['cannot-start', 'no-such-program', 'no-such-user', 'never-ready']
  return error instanceof OperationError && codes.includes(error.code)
}
