import { ArchiveError } from '../errors.ts'
import { Crc64 } from './crc64.ts'
import type { XzBlockEnd } from './xz-structure.ts'

/** How long the check sum is that the decoder leaves to others. It checks the one of 32 bits itself. */
const crc64Bytes = 8

/** Compares what is decompressed with the CRC64 of each block. */
export class XzBlockSums {
  #sum = new Crc64()
  #sizeBytes = 0
  readonly #ends: XzBlockEnd[] = []

  /**
   * Called with what was decompressed, in order.
   *
   * @param ended blocks that have ended in the input meanwhile. What follows a block is never decompressed before.
   * @throws ArchiveError `bad-archive`
   */
  update(bytes: Uint8Array, ended: readonly XzBlockEnd[]): void {
    this.#ends.push(...ended)
    let position = 0
    for (let end = this.#ends[0]; end !== undefined; end = this.#ends[0]) {
      const left = end.sizeBytes - this.#sizeBytes
      if (left > bytes.length - position) break
      this.#add(bytes.subarray(position, position + left))
      position += left
      this.#finishBlock(end)
    }
    this.#add(bytes.subarray(position))
  }

  #add(bytes: Uint8Array): void {
    this.#sum.update(bytes)
    this.#sizeBytes += bytes.length
  }

  #finishBlock({ check }: XzBlockEnd): void {
    const isGood = check.length !== crc64Bytes || this.#sum.digest().equals(check)
    if (!isGood) {
      throw new ArchiveError('bad-archive', 'xz: the data does not have the check sum of its block', {
        hint: 'fetch or make it again',
      })
    }
    this.#ends.shift()
    this.#sum = new Crc64()
    this.#sizeBytes = 0
  }
}
