import { errorMessage, OperationError, systemErrorCode } from '../std/errors.ts'

/** What can be wrong with a place on disk. What can be wrong with an image anywhere is an ImageError. */
export type StoreErrorCode =
  /** No space, or no quota, is left. */
  | 'disk-full'
  /** The place may not be written to. */
  | 'not-writable'
  /** A file or folder is not there, or something else stands in its way. */
  | 'no-such-path'
  /** Another failure of the file system. */
  | 'file-system'
  /** A blob on disk that is not what its name says. It was moved away. */
  | 'blob-damaged'
  /** The folder or file is no image layout, and nothing else that is read. */
  | 'not-a-layout'
  /** An archive in which there is no image, or one that cannot be loaded. */
  | 'bad-archive'
  /** An image layout of a version that this program does not know. */
  | 'unsupported-version'
  /** The `index.json` or `oci-layout` of a layout does not follow the specification. */
  | 'bad-index'
  /** A name was to be given to an image of which something is missing. */
  | 'incomplete'
  /** More than one image has an ID that begins like this. */
  | 'ambiguous-id'

/** A failure of a place on disk. Its message names the file, its hint says what to do. */
export class StoreError extends OperationError<StoreErrorCode> {}

type SystemFailure = Extract<StoreErrorCode, 'disk-full' | 'not-writable' | 'no-such-path' | 'file-system'>

const codesByReason: Partial<Record<string, SystemFailure>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EROFS: 'not-writable',
  EACCES: 'not-writable',
  EPERM: 'not-writable',
  ENOENT: 'no-such-path',
  ENOTDIR: 'no-such-path',
}

const summaries: Readonly<Record<SystemFailure, string>> = {
  'disk-full': 'the disk is full',
  'not-writable': 'not allowed',
  'no-such-path': 'it is not there',
  'file-system': 'failed',
}

const hints: Partial<Record<SystemFailure, string>> = {
  'disk-full': 'Free some space, or let wherry prune do it. What was transferred so far is kept and taken up again.',
  'not-writable': 'Check who owns it and whether its file system is mounted read-only, or choose another with --store.',
}

/** Does something to one file or folder; a system error becomes a StoreError that names it. */
export async function atPath<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const reason = systemErrorCode(error)
    if (reason === undefined || error instanceof OperationError || !/^E[A-Z0-9]+$/.test(reason)) throw error
    const code = codesByReason[reason] ?? 'file-system'
    throw new StoreError(code, `${path}: ${summaries[code]} (${errorMessage(error)})`, {
      cause: error,
      hint: hints[code],
    })
  }
}
