import type { Hash } from 'node:crypto'
import { cryptoModule } from '../std/node-modules.ts'
import { ImageError } from './errors.ts'

/** The algorithms that image-spec registers. */
export type DigestAlgorithm = 'sha256' | 'sha512'

/** `algorithm:hex`, as in image-spec's descriptor.md, "Digests". Only the registered algorithms, lower-case hex, full length. */
export type Digest = `${DigestAlgorithm}:${string}`

const hexLength: Record<DigestAlgorithm, number> = { sha256: 64, sha512: 128 }

/** Whether `text` is a well-formed digest of an algorithm that this program computes. */
export function isDigest(text: string): text is Digest {
  const match = /^(sha256|sha512):([0-9a-f]+)$/.exec(text)
  if (match === null) return false
  return match[2]?.length === (match[1] === 'sha512' ? hexLength.sha512 : hexLength.sha256)
}

/** @throws ImageError `bad-name` */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text
  throw new ImageError('bad-name', `not a digest: ${JSON.stringify(text)}`, {
    hint: 'A digest is sha256: and 64 lower-case hexadecimal digits, or sha512: and 128.',
  })
}

/** The part before the colon. */
export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256'
}

/** The part behind the colon. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1)
}

/** What people are shown: the first 12 digits. */
export function shortDigest(digest: Digest): string {
  return digestHex(digest).slice(0, 12)
}

/** The digest of bytes that are in memory. */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return `${algorithm}:${cryptoModule().hash(algorithm, bytes, 'hex')}`
}

/** The digest of bytes that come in pieces. */
export class DigestHasher {
  readonly #algorithm: DigestAlgorithm
  readonly #hash: Hash
  #sizeBytes = 0

  constructor(algorithm: DigestAlgorithm = 'sha256') {
    this.#algorithm = algorithm
    this.#hash = cryptoModule().createHash(algorithm)
  }

  /** How many bytes went in so far. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk)
    this.#sizeBytes += chunk.length
  }

  /** The digest of all that went in. Call it once, at the end. */
  digest(): Digest {
    return `${this.#algorithm}:${this.#hash.digest('hex')}`
  }
}
