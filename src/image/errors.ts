import { OperationError } from '../std/errors.ts'

/** What can be wrong with an image, wherever it lies. Every ContentSource and ContentSink uses these codes for these things. */
export type ImageErrorCode =
  /** The reference, digest or platform that was asked for is written wrongly. */
  | 'bad-name'
  /** Nothing of that name or digest is there. */
  | 'not-found'
  /** The bytes do not have the digest that was promised. */
  | 'digest-mismatch'
  /** There are fewer or more bytes than were promised. */
  | 'size-mismatch'
  /** A manifest, index or config that does not follow its specification. */
  | 'bad-document'
  /** A document or image over a limit. */
  | 'too-large'
  /** An index without an entry for the platform that was asked for. */
  | 'no-platform'
  /** A format that this program does not read, such as Docker's schema 1. */
  | 'unsupported'

/** A failure that is the same wherever an image lies. */
export class ImageError extends OperationError<ImageErrorCode> {}
