import { OperationError } from '../std/errors.ts'

/** What can go wrong with Debian's packages and the indexes that list them. */
export type DebianErrorCode =
  /** A text of stanzas (an index of packages, a control file) that does not follow its format or a limit. */
  | 'bad-control-data'
  /** A package that no index has, or not in the version that was asked for. */
  | 'unknown-package'
  /** Packages that cannot be installed together, or at all. */
  | 'unsatisfiable'
  /** What is kept of a package list was damaged since it was taken in. */
  | 'damaged-package-index'
  /** Bytes that do not have the hash that was promised. */
  | 'hash-mismatch'
  /** A cache folder cannot be read or written. */
  | 'cache-unusable'
  /** A keyring that cannot be read, or holds no key. */
  | 'bad-keyring'
  /** A mirror, a suite or an architecture that is written wrongly, or apt's configuration. */
  | 'bad-source'
  /** No mirror can be reached. */
  | 'mirror-unreachable'
  /** A mirror refused a request, or failed by its own account. */
  | 'mirror-refused'
  /** A mirror answered what it must not, or what is not of the size that was promised. */
  | 'mirror-bad-answer'
  /** No mirror has the suite, or the suite has not what was asked for. */
  | 'not-in-archive'
  /** An index whose signature is bad, or that is not signed at all. */
  | 'bad-signature'
  /** An index that is signed by keys that are not trusted. */
  | 'unknown-key'
  /** An index that is signed and does not follow its format, or belongs to another suite. */
  | 'bad-release'
  /** An index that was made to be used no longer, or not yet. */
  | 'expired-release'
  /** A mirror gave an index older than the one that it gave before. */
  | 'older-release'
  /** Something that is not in the cache, when nothing may be fetched. */
  | 'not-in-cache'
  /** No space, or no quota, is left for the cache. */
  | 'disk-full'
  /** A .deb file that does not follow its format. */
  | 'bad-package-file'

/** A failure on the way from a Debian archive to a set of packages. */
export class DebianError extends OperationError<DebianErrorCode> {}
