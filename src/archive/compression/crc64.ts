/** The polynomial of ECMA-182 with its bits turned round, as xz uses it, in halves. */
const polynomial = { high: 0xc96c5795, low: 0xd7870f42 }

/**
 * What a byte does to the sum that is followed by 0 to 7 others: eight tables of 256 numbers each, one after the other, in
 * halves.
 */
const highTables = new Int32Array(8 * 256)
const lowTables = new Int32Array(8 * 256)

for (let byte = 0; byte < 256; byte += 1) {
  let high = 0
  let low = byte
  for (let table = 0; table < 8; table += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = (low & 1) === 1
      low = ((low >>> 1) | (high << 31)) ^ (isOdd ? polynomial.low : 0)
      high = (high >>> 1) ^ (isOdd ? polynomial.high : 0)
    }
    highTables[table * 256 + byte] = high
    lowTables[table * 256 + byte] = low
  }
}

/** The check sum CRC64 of xz (the .xz file format, section 6). Node has CRC32 only. */
export class Crc64 {
  #high = -1
  #low = -1

  /** Eight bytes at a time, each looked up in the table for the number of bytes behind it. */
  update(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let high = this.#high
    let low = this.#low
    let position = 0
    for (const end = bytes.length - 7; position < end; position += 8) {
      const first = low ^ view.getInt32(position, true)
      const second = high ^ view.getInt32(position + 4, true)
      const a = 1792 + (first & 0xff)
      const b = 1536 + ((first >>> 8) & 0xff)
      const c = 1280 + ((first >>> 16) & 0xff)
      const d = 1024 + (first >>> 24)
      const e = 768 + (second & 0xff)
      const f = 512 + ((second >>> 8) & 0xff)
      const g = 256 + ((second >>> 16) & 0xff)
      const h = second >>> 24
      high = highOf(a) ^ highOf(b) ^ highOf(c) ^ highOf(d) ^ highOf(e) ^ highOf(f) ^ highOf(g) ^ highOf(h)
      low = lowOf(a) ^ lowOf(b) ^ lowOf(c) ^ lowOf(d) ^ lowOf(e) ^ lowOf(f) ^ lowOf(g) ^ lowOf(h)
    }
    for (; position < bytes.length; position += 1) {
      const index = (low ^ view.getUint8(position)) & 0xff
      low = ((low >>> 8) | (high << 24)) ^ lowOf(index)
      high = (high >>> 8) ^ highOf(index)
    }
    this.#high = high
    this.#low = low
  }

  /** The sum so far, the lowest byte first, as it stands in a file. */
  digest(): Buffer {
    const sum = Buffer.alloc(8)
    sum.writeInt32LE(~this.#low, 0)
    sum.writeInt32LE(~this.#high, 4)
    return sum
  }
}

function highOf(index: number): number {
  return highTables[index] ?? 0
}

function lowOf(index: number): number {
  return lowTables[index] ?? 0
}
