import type { ArchiveErrorCode } from '../archive/errors.ts'
import type { FileTreeErrorCode } from '../filetree/errors.ts'
import type { ImageErrorCode } from '../image/errors.ts'
import type { RegistryErrorCode } from '../registry-client/errors.ts'
import { OperationError } from '../std/errors.ts'
import type { StoreErrorCode } from '../store/errors.ts'
import type { CliErrorCode } from './errors.ts'

/**
 * What a finished process tells the shell: 0 it is done; 1 the job was understood and its answer is no (nothing of that
 * name, not allowed); 2 wrong usage or input (also an image or archive that breaks its format or a limit); 3 the machine or
 * the other side failed. Signals add their number to 128, as shells do.
 */
export type ExitStatus = 0 | 1 | 2 | 3 | 130 | 141 | 143

/** Every code that an operation may fail with: each folder's own union. A code without a status below does not compile. */
type ErrorCode =
  CliErrorCode | ImageErrorCode | ArchiveErrorCode | StoreErrorCode | RegistryErrorCode | FileTreeErrorCode

const statusOfCode: Readonly<Record<ErrorCode, ExitStatus>> = {
  // cli
  'wrong-usage': 2,
  'bad-configuration': 2,
  'file-failed': 3,
  'answer-is-no': 1,
  'output-closed': 141,

  // image
  'bad-name': 2,
  'not-found': 1,
  'digest-mismatch': 3,
  'size-mismatch': 3,
  'bad-document': 2,
  'too-large': 2,
  'no-platform': 1,
  unsupported: 2,

  // archive
  'bad-archive': 2,
  'archive-too-large': 2,
  'unsupported-archive': 2,
  'bad-entry': 2,

  // store
  'disk-full': 3,
  'not-writable': 3,
  'no-such-path': 2,
  'file-system': 3,
  'blob-damaged': 3,
  'not-a-layout': 2,
  'unsupported-version': 2,
  'bad-index': 2,
  incomplete: 3,
  'ambiguous-id': 2,

  // registry-client
  unauthorized: 1,
  denied: 1,
  'rate-limited': 3,
  unreachable: 3,
  tls: 3,
  'server-error': 3,
  refused: 3,
  'bad-answer': 3,
  'lost-upload': 3,

  // filetree
  'bad-layer': 2,
  'damaged-cache': 3,
  'cache-unusable': 3,
}

/** The status for an error that ended a job. What is no {@link OperationError} was not foreseen: 3. */
export function exitStatusOf(error: unknown): ExitStatus {
  if (!(error instanceof OperationError) || !hasStatus(error.code)) return 3
  return statusOfCode[error.code]
}

function hasStatus(code: string): code is ErrorCode {
  return Object.hasOwn(statusOfCode, code)
}
