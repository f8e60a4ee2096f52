import { ArchiveError } from '../errors.ts'
import { damagedBzip2, type BitReader } from './bzip2-bits.ts'
import { readCode, readSymbol, type PrefixCode } from './bzip2-code.ts'

/** Symbols are coded in groups of so many, each by one of the codes. */
const groupSymbols = 50
/** After so many equal bytes comes a count of further ones. */
const runBytes = 4

/** A block as it was sorted, before that is undone. */
export interface SortedBlock {
  /** In the lowest 8 bits a byte each; above them room for links. */
  readonly cells: Uint32Array
  readonly length: number
  readonly origin: number
  readonly checkSum: number
}

/**
 * Reads a block behind its mark.
 *
 * @param cells takes what the block holds: as many as the stream says that its blocks have at most.
 * @throws ArchiveError `bad-archive`, `unsupported-archive`
 */
export function readBlock(bits: BitReader, cells: Uint32Array): SortedBlock {
  const checkSum = bits.readWord()
  if (bits.read(1) === 1) {
    throw new ArchiveError('unsupported-archive', 'bzip2: the archive was made by a bzip2 before 0.9.5', {
      hint: 'Decompress it first.',
    })
  }
  const origin = bits.read(24)
  const alphabet = readAlphabet(bits)
  const codes = readCodes(alphabet.length + 2, bits)
  const length = readCells(alphabet, codes, bits, cells)
  if (origin >= length) throw damagedBzip2('a block without a beginning')
  return { cells, length, origin, checkSum }
}

/** Which bytes there are: a bit for each sixteen, and sixteen for each that has some. */
function readAlphabet(bits: BitReader): Uint8Array {
  const rows = bits.read(16)
  const used: number[] = []
  for (let row = 0; row < 16; row += 1) {
    const columns = (rows & (0x8000 >>> row)) === 0 ? 0 : bits.read(16)
    for (let column = 0; column < 16; column += 1) if (columns & (0x8000 >>> column)) used.push(row * 16 + column)
  }
  if (used.length === 0) throw damagedBzip2('a block without bytes')
  return Uint8Array.from(used)
}

/** Codes, and which of them each group of symbols has. */
interface GroupedCodes {
  readonly codes: readonly PrefixCode[]
  readonly groups: Uint8Array
}

function readCodes(symbolCount: number, bits: BitReader): GroupedCodes {
  const codeCount = bits.read(3)
  const groups = new Uint8Array(bits.read(15))
  if (codeCount < 2 || codeCount > 6 || groups.length === 0) throw damagedBzip2('an impossible count of codes')
  const recent = Uint8Array.from({ length: codeCount }, (_, index) => index)
  for (let group = 0; group < groups.length; group += 1) {
    let place = 0
    while (bits.read(1) === 1) place += 1
    if (place >= codeCount) throw damagedBzip2('a code that is not there')
    groups[group] = moveToFront(recent, place)
  }
  return { codes: Array.from({ length: codeCount }, () => readCode(symbolCount, bits)), groups }
}

/** @returns what was at the place. */
function moveToFront(recent: Uint8Array, place: number): number {
  const value = recent[place] ?? 0
  recent.copyWithin(1, 0, place)
  recent[0] = value
  return value
}

/** Undoes runs of the most recent byte (symbols 0 and 1 are digits of their lengths) and moves to the front. @returns how many there are */
function readCells(alphabet: Uint8Array, { codes, groups }: GroupedCodes, bits: BitReader, cells: Uint32Array): number {
  const recent = alphabet.slice()
  const last = alphabet.length + 1
  let [length, run, digit] = [0, 0, 1]
  for (let index = 0; ; index += 1) {
    const code = codes[groups[Math.floor(index / groupSymbols)] ?? codes.length]
    if (code === undefined) throw damagedBzip2('more symbols than groups')
    const symbol = readSymbol(code, bits)
    if (symbol <= 1) {
      run += digit << symbol
      digit <<= 1
      if (run > cells.length) throw damagedBzip2('a block that is too large')
      continue
    }
    if (length + run + (symbol === last ? 0 : 1) > cells.length) throw damagedBzip2('a block that is too large')
    if (run > 0) cells.fill(recent[0] ?? 0, length, length + run)
    length += run
    run = 0
    digit = 1
    if (symbol === last) return length
    cells[length] = moveToFront(recent, symbol - 1)
    length += 1
  }
}

/** Undoes the sorting and the first runs: the block's bytes, in chunks. @throws ArchiveError `bad-archive` for a wrong check sum */
export function* blockBytes(block: SortedBlock, chunkBytes: number): Generator<Uint8Array> {
  const { cells, length, checkSum } = block
  linkCells(block)
  let chunk = new Uint8Array(chunkBytes)
  let [used, crc, equal, previous] = [0, 0xffffffff, 0, -1]
  let at = (cells[block.origin] ?? 0) >>> 8
  for (let index = 0; index < length; index += 1) {
    const cell = cells[at] ?? 0
    at = cell >>> 8
    let [byte, count] = [cell & 0xff, 1]
    if (equal === runBytes) {
      count = byte
      byte = previous
      equal = 0
      previous = -1
    } else {
      equal = byte === previous ? equal + 1 : 1
      previous = byte
    }
    for (; count > 0; count -= 1) {
      crc = (crc << 8) ^ (checkSums[(crc >>> 24) ^ byte] ?? 0)
      chunk[used] = byte
      used += 1
      if (used < chunkBytes) continue
      yield chunk
      chunk = new Uint8Array(chunkBytes)
      used = 0
    }
  }
  if (~crc >>> 0 !== checkSum) throw damagedBzip2('a block has another check sum')
  if (used > 0) yield chunk.subarray(0, used)
}

/** Puts into each cell which one comes next: the first byte of a row leads to the row that it ends. */
function linkCells({ cells, length }: SortedBlock): void {
  const next = new Uint32Array(256)
  for (let index = 0; index < length; index += 1) {
    const byte = (cells[index] ?? 0) & 0xff
    next[byte] = (next[byte] ?? 0) + 1
  }
  let sum = 0
  for (let byte = 0; byte < 256; byte += 1) {
    const count = next[byte] ?? 0
    next[byte] = sum
    sum += count
  }
  for (let index = 0; index < length; index += 1) {
    const byte = (cells[index] ?? 0) & 0xff
    const place = next[byte] ?? 0
    next[byte] = place + 1
    cells[place] = (cells[place] ?? 0) | (index << 8)
  }
}

/** CRC-32 with the highest bit first, polynomial 04c11db7. */
const checkSums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0)
  return crc >>> 0
})
