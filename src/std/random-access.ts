/** Bytes that can be read from any place: a file, or a part of one. */
export interface RandomAccess {
  readonly sizeBytes: number
  /** @returns fewer bytes than asked for only where they end before. They do not change when others are read. */
  read(offsetBytes: number, lengthBytes: number): Promise<Buffer>
}

/** Bytes in memory, as such. */
export function bytesAccess(bytes: Buffer): RandomAccess {
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  }
}

/** A part of others, which has to lie within them. */
export function partOf(whole: RandomAccess, startBytes: number, sizeBytes: number): RandomAccess {
  return {
    sizeBytes,
    read: (offset, length) => whole.read(startBytes + offset, Math.max(0, Math.min(length, sizeBytes - offset))),
  }
}

/**
 * The same bytes, read in windows: for many small reads that mostly go forward. One window is held.
 *
 * @param windowBytes how much is read at once, at least
 */
export function readAhead(whole: RandomAccess, windowBytes = 1024 * 1024): RandomAccess {
  let start = 0
  let window: Buffer = Buffer.alloc(0)
  return {
    sizeBytes: whole.sizeBytes,
    async read(offset, length) {
      const isInside = offset >= start && offset + length <= start + window.length
      if (!isInside) {
        window = await whole.read(offset, Math.max(length, windowBytes))
        start = offset
      }
      return window.subarray(offset - start, offset - start + length)
    },
  }
}
