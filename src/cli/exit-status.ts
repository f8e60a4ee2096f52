import type { ArchiveErrorCode } from '../archive/errors.ts'
import type { BaseErrorCode } from '../base/errors.ts'
import type { BuildErrorCode } from '../build/errors.ts'
import type { CompareErrorCode } from '../compare/errors.ts'
import type { ContainerErrorCode } from '../container/errors.ts'
import type { DebianErrorCode } from '../debian/errors.ts'
import type { FileTreeErrorCode } from '../filetree/errors.ts'
import type { ImageErrorCode } from '../image/errors.ts'
import type { RegistryErrorCode } from '../registry-client/errors.ts'
import type { SandboxErrorCode } from '../sandbox/errors.ts'
import type { SlimErrorCode } from '../slim/errors.ts'
import type { SnapshotErrorCode } from '../snapshot/errors.ts'
import { OperationError } from '../std/errors.ts'
import type { StoreErrorCode } from '../store/errors.ts'
import type { ToolchainErrorCode } from '../toolchain/errors.ts'
import type { CliErrorCode } from './errors.ts'

/**
 * What a finished process tells the shell: 0 it is done; 1 the job was understood and its answer is no (nothing of that
 * name, not allowed); 2 wrong usage or input (also an image or archive that breaks its format or a limit); 3 the machine or
 * the other side failed. Signals add their number to 128, as shells do.
 */
export type ExitStatus = 0 | 1 | 2 | 3 | 130 | 141 | 143

/** What a command gives: its status, or that of the program that it has run in the user's place. */
export type CommandOutcome = ExitStatus | { readonly programStatus: number }

/** Every code that an operation may fail with: each folder's own union. A code without a status below does not compile. */
type ErrorCode =
  | CliErrorCode
  | ImageErrorCode
  | ArchiveErrorCode
  | StoreErrorCode
  | RegistryErrorCode
  | FileTreeErrorCode
  | DebianErrorCode
  | BaseErrorCode
  | SnapshotErrorCode
  | SandboxErrorCode
  | ContainerErrorCode
  | BuildErrorCode
  | SlimErrorCode
  | CompareErrorCode
  | ToolchainErrorCode

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

  // debian
  'bad-control-data': 2,
  'unknown-package': 1,
  unsatisfiable: 1,
  'damaged-package-index': 3,
  'hash-mismatch': 3,
  'bad-keyring': 2,
  'bad-source': 2,
  'mirror-unreachable': 3,
  'mirror-refused': 3,
  'mirror-bad-answer': 3,
  'not-in-archive': 1,
  'bad-signature': 3,
  'unknown-key': 3,
  'bad-release': 3,
  'expired-release': 3,
  'older-release': 3,
  'not-in-cache': 1,
  'bad-package-file': 2,

  // base
  'bad-recipe': 2,
  'unknown-recipe': 1,
  'unknown-architecture': 1,
  'bad-lock': 2,
  'lock-differs': 2,
  'file-conflict': 1,
  'bad-package-content': 2,
  'not-possible-here': 1,
  'script-failed': 1,

  // snapshot
  'cannot-mount': 3,
  'cannot-write': 3,
  'cannot-read': 3,

  // sandbox
  'no-sandbox': 3,
  'cannot-start': 1,

  // container
  'no-namespaces': 3,
  'host-ended': 3,
  'layer-gone': 3,
  'no-such-user': 1,
  'no-mount-source': 1,
  'cannot-connect': 1,
  'cannot-observe': 3,
  'not-running': 1,
  'no-such-program': 1,

  // build
  'bad-dockerfile': 2,
  'bad-build-option': 2,
  'source-not-found': 1,
  'context-changed': 3,
  'context-unreadable': 2,
  'fetch-failed': 3,
  'checksum-mismatch': 1,
  'unknown-user': 1,
  'bad-destination': 1,
  'command-failed': 1,
  'missing-secret': 2,
  'build-cache-unusable': 3,
  'export-failed': 3,

  // slim
  'bad-probe': 2,
  'bad-compose': 2,
  'companion-failed': 1,
  'never-ready': 1,
  'unstable-answers': 1,
  'nothing-to-probe': 1,
  'cannot-rewrite': 1,

  // compare
  'bad-card': 2,
  'bad-budget': 2,
  'bad-machine': 2,
  'unreadable-folder': 3,

  // toolchain
  'bad-request': 2,
  'file-unreadable': 3,
}

/** The status for an error that ended a job. What is no {@link OperationError} was not foreseen: 3. */
export function exitStatusOf(error: unknown): ExitStatus {
  if (!(error instanceof OperationError) || !hasStatus(error.code)) return 3
  return statusOfCode[error.code]
}

function hasStatus(code: string): code is ErrorCode {
  return Object.hasOwn(statusOfCode, code)
}
