import { createCipheriv, createHash } from 'node:crypto'

/** Chance that comes out the same for the same seed, so that a failure can be replayed. */
export interface SeededRandom {
  /** At least 0, less than `limit`. */
  integer(limit: number): number
  bytes(count: number): Buffer
}

/** A seed: `WHERRY_TEST_SEED`, or a new one, which the test prints. */
export function testSeed(): string {
  return process.env['WHERRY_TEST_SEED'] ?? String(Date.now())
}

export function seededRandom(seed: string): SeededRandom {
  const key = createHash('sha256').update(seed).digest()
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  const bytes = (count: number): Buffer => stream.update(Buffer.alloc(count))
  return { bytes, integer: (limit) => bytes(6).readUIntBE(0, 6) % limit }
}
