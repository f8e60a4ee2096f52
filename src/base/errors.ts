import { OperationError } from '../std/errors.ts'

/** What can go wrong on the way from a recipe to a base image, beside what Debian's packages and the places for images say. */
export type BaseErrorCode =
  /** A recipe that cannot be read: no YAML, an unknown key, a value that does not fit, or a file that is not there. */
  | 'bad-recipe'
  /** No recipe of that name comes with wherry, and no file is there. */
  | 'unknown-recipe'
  /** A processor, or another system than Linux, that Debian has no packages for. */
  | 'unknown-architecture'
  /** A lock that cannot be read or written. */
  | 'bad-lock'
  /** A lock that was made for another recipe, or not for the architecture that is wanted. */
  | 'lock-differs'
  /** Two packages have the same file, and neither may replace that of the other. */
  | 'file-conflict'
  /** What packages hold cannot be put together: an entry below a file, a certificate that is none. */
  | 'bad-package-content'
  /** What is kept of packages cannot be read or written. */
  | 'cache-unusable'
  /** A script of a package failed, or dpkg did. */
  | 'script-failed'
  /** The recipe needs something that this machine or this user cannot do, such as running programs as root. */
  | 'not-possible-here'

/** A failure on the way from a recipe to a base image. */
export class BaseError extends OperationError<BaseErrorCode> {}
