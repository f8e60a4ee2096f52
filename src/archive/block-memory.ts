import type { KnownBodies } from './known-bodies.ts'

/**
 * Remembers what blocks came to, from one stream to the next one of the same format and level. Its methods are called in the order of the
 * stream.
 */
export interface BlockMemory {
  /** What is known of the stream without looking at it; told before its bytes come. */
  readonly bodies: KnownBodies
  /** What a block came to before; undefined where nobody knows. */
  recall(key: string): Promise<Uint8Array | undefined>
  /** What comes next in the compressed stream. @param key of the block; undefined for what is none */
  note(key: string | undefined, bytes: Uint8Array): void
}
