import { OperationError } from '../../std/errors.ts'

/** What `docker run` ends with where it is not the status of the process. */
const statuses: Readonly<Record<string, number>> = {
  'cannot-start': 126,
  'no-such-program': 127,
  'output-closed': 141,
}
const otherFailure = 125

/** The status of a run that gave no process: docker's, since scripts tell by it whether their program was to blame. */
export function runFailureStatus(error: unknown): number {
  return error instanceof OperationError && Object.hasOwn(statuses, error.code)
    ? (statuses[error.code] ?? otherFailure)
    : otherFailure
}
