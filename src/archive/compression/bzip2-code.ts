import { damagedBzip2, type BitReader } from './bzip2-bits.ts'

/** Codes are of 20 bits at most. */
const codeBitsMax = 20

/** A prefix code: which bits stand for which symbol. */
export interface PrefixCode {
  /** By length: the first value of {@link codeBitsMax} bits that begins with no code of this length or a shorter one. */
  readonly limits: Int32Array
  /** By length: what is taken from the value of a code to find its place among the symbols. */
  readonly offsets: Int32Array
  /** In order of their codes. */
  readonly symbols: Uint16Array
  readonly shortest: number
}

/** The code whose symbols have these lengths; codes of one length count up, shorter ones come first. */
function prefixCode(lengths: Uint8Array): PrefixCode {
  const symbols = new Uint16Array(lengths.length)
  const limits = new Int32Array(codeBitsMax + 1)
  const offsets = new Int32Array(codeBitsMax + 1)
  let [count, code, shortest] = [0, 0, 0]
  for (let length = 1; length <= codeBitsMax; length += 1) {
    const before = count
    for (const [symbol, own] of lengths.entries()) if (own === length) symbols[count++] = symbol
    if (shortest === 0 && count > 0) shortest = length
    offsets[length] = code - before
    code += count - before
    limits[length] = code << (codeBitsMax - length)
    code <<= 1
  }
  return { limits, offsets, symbols, shortest }
}

/** The next symbol. @throws ArchiveError `bad-archive` */
export function readSymbol({ limits, offsets, symbols, shortest }: PrefixCode, bits: BitReader): number {
  const value = bits.peek(codeBitsMax)
  let length = shortest
  while (length <= codeBitsMax && value >= (limits[length] ?? 0)) length += 1
  const symbol = symbols[(value >>> (codeBitsMax - length)) - (offsets[length] ?? 0)]
  if (length > codeBitsMax || symbol === undefined) throw damagedBzip2('a code that is none')
  bits.skip(length)
  return symbol
}

/** Reads a code: the lengths of its symbols, each by its difference to the one before. @throws ArchiveError `bad-archive` */
export function readCode(symbolCount: number, bits: BitReader): PrefixCode {
  const lengths = new Uint8Array(symbolCount)
  let length = bits.read(5)
  for (let symbol = 0; symbol < symbolCount; symbol += 1) {
    while (bits.read(1) === 1) {
      length += bits.read(1) === 0 ? 1 : -1
      if (length < 1 || length > codeBitsMax) throw damagedBzip2('a code of an impossible length')
    }
    if (length < 1 || length > codeBitsMax) throw damagedBzip2('a code of an impossible length')
    lengths[symbol] = length
  }
  return prefixCode(lengths)
}
