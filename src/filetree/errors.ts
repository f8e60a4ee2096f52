import { OperationError } from '../std/errors.ts'

/** What can go wrong with the index of a layer and the view over it, beside what ImageError names. */
export type FileTreeErrorCode =
  /** A layer whose entries make no file system, so that no container runtime could unpack it. */
  | 'bad-layer'
  /** The cached copy of a layer is not what was written there. It was thrown away, and is made again by the next use. */
  | 'damaged-cache'
  /** The cache folder can't be read or written: a full disk, missing rights. */
  | 'cache-unusable'

/** A failed operation on layers, their index or their cache. */
export class FileTreeError extends OperationError<FileTreeErrorCode> {}
