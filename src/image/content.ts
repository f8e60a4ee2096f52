import type { ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import type { Descriptor } from './descriptor.ts'
import type { Reference } from './reference.ts'

/**
 * A place that content is read from: one repository of a registry, the local store, an archive, a layout, memory.
 *
 * Both calls may be made many times and at once.
 */
export interface ContentSource {
  /** True where {@link open} itself checks what is read from 0 to the end, so that nobody has to do so again. */
  readonly checksContent?: boolean

  /**
   * The descriptor of the manifest or index that a reference names.
   *
   * @throws ImageError `not-found` with the names that are near, where the place knows them.
   */
  resolve(reference: Reference, job: Job): Promise<Descriptor>

  /**
   * The bytes of a descriptor, from `offsetBytes` (0 unless told) to the end. A source that can take up a broken
   * transfer does so by itself: the stream either gives all bytes or throws.
   *
   * The bytes are not trusted: whoever keeps or uses them checks digest and size (see {@link verified}). A source that
   * keeps its own copy may refuse a damaged one by its own error first.
   *
   * @throws ImageError `not-found`
   */
  open(descriptor: Descriptor, job: Job, offsetBytes?: number): Promise<ByteStream>
}

/** Gives the bytes of one piece of content from an offset on. May be called again, for taking up a broken transfer. */
export type OpenContent = (offsetBytes: number) => Promise<ByteStream>

/** A place that content is written to. Every call is idempotent; all may be made at once. */
export interface ContentSink {
  /**
   * Whether the content is there, or could be brought there without sending its bytes (a cross-repository mount).
   * For a manifest or index, true means that everything it points to is there as well, all the way down.
   * Content for which this was answered with true stays at least until the sink is closed.
   */
  has(descriptor: Descriptor, job: Job): Promise<boolean>

  /**
   * Writes a blob or manifest. `open` is called with 0, or with the count of bytes that the sink already holds from an
   * earlier try. Nothing is kept of bytes that do not match the descriptor.
   *
   * @throws ImageError `digest-mismatch`, `size-mismatch`
   */
  write(descriptor: Descriptor, open: OpenContent, job: Job): Promise<void>

  /**
   * Makes a reference name this manifest or index, whose bytes are written too if they are not there yet. Everything
   * that it points to is already there.
   */
  tag(reference: Reference, descriptor: Descriptor, manifest: Uint8Array, job: Job): Promise<void>
}

/** A sink that also takes a blob whose digest nobody knows before its last byte has come. */
export interface BlobIngester {
  /** Nothing is kept of a stream that breaks off. @returns the blob's descriptor. */
  ingest(mediaType: string, bytes: ByteStream, job: Job): Promise<Descriptor>
}

/** A source that also knows which artifacts (signatures, SBOMs, proofs) point to a manifest: distribution-spec, "Listing Referrers". */
export interface ReferrerSource {
  /** Their descriptors with `artifactType` and `annotations`. Empty where there are none. */
  referrers(subject: Descriptor, job: Job): Promise<readonly Descriptor[]>
}
