import type { Limits } from '../../std/limits.ts'
import type { SparseRun, TarEntry } from '../tar-entry.ts'
import { badArchive, TarFault } from './fault.ts'
import { parseNumber } from './fields.ts'
import { blockBytes, type RawHeader } from './header.ts'
import type { PaxSparse } from './pax.ts'

/**
 * The map of one sparse file in any of GNU tar's four formats (manual, "Storing Sparse Files"): its runs of data, in order,
 * without overlap and inside the file. Where blocks belong to the map, they are fed to it until it is complete.
 */
export class SparseMap {
  readonly #entry: TarEntry
  readonly #runs: Runs
  readonly #bytesMax: number
  #takenBytes = 0
  /** What reads the next block, and says whether there is another one. Undefined when the map is complete. */
  #readBlock: ((buffer: Buffer, position: number) => boolean) | undefined
  /** Bytes behind the header, less those that the map has taken. */
  storedBytes: number

  private constructor(entry: TarEntry, sizeBytes: number, limits: Limits) {
    this.#entry = entry
    this.#runs = new Runs(sizeBytes)
    this.#bytesMax = limits.tarExtensionBytesMax
    this.storedBytes = entry.sizeBytes
  }

  /**
   * The map of an entry, or undefined for one that is not sparse.
   *
   * @throws TarFault for a map that is malformed, or of a version that is not known.
   */
  static of(
    raw: RawHeader,
    pax: PaxSparse | undefined,
    entry: TarEntry,
    buffer: Buffer,
    position: number,
    limits: Limits,
  ): SparseMap | undefined {
    if (raw.typeFlag !== 'S' && pax === undefined) return undefined
    if (entry.kind !== 'file') throw badArchive('an entry that is no file has the map of a sparse file')
    if (pax === undefined) return SparseMap.#ofOldHeader(raw, entry, buffer, position, limits)
    if (raw.typeFlag === 'S') throw badArchive('a sparse file has two maps')
    return SparseMap.#ofRecords(pax, entry, limits)
  }

  static #ofOldHeader(raw: RawHeader, entry: TarEntry, buffer: Buffer, position: number, limits: Limits): SparseMap {
    if (raw.format !== 'gnu') throw new TarFault('unsupported-archive', 'a sparse file that is not in the GNU format')
    const map = new SparseMap(entry, checkedSize(parseNumber(buffer, position + 483, 12)), limits)
    const readBlock = (block: Buffer, start: number): boolean => {
      addOldRuns(map.#runs, block, start, 21)
      return block[start + 504] !== 0
    }
    addOldRuns(map.#runs, buffer, position + 386, 4)
    if (buffer[position + 482] !== 0) map.#readBlock = readBlock
    return map
  }

  static #ofRecords(pax: PaxSparse, entry: TarEntry, limits: Limits): SparseMap {
    const map = new SparseMap(entry, checkedSize(pax.sizeBytes ?? Number.NaN), limits)
    if (pax.major === 1 && pax.minor === 0) {
      const text = new MapText(map.#runs)
      map.#readBlock = (block, start) => {
        if (map.storedBytes < blockBytes) throw badArchive('the map of a sparse file is truncated')
        map.storedBytes -= blockBytes
        return !text.take(block, start)
      }
      return map
    }
    const known = pax.major === undefined ? pax.minor === undefined : pax.major === 0 && (pax.minor ?? 2) < 2
    if (!known) throw new TarFault('unsupported-archive', 'a version of the GNU sparse format that is not known')
    const numbers = pax.map ?? []
    if (numbers.length !== 2 * (pax.runCount ?? Number.NaN))
      throw badArchive('the map of a sparse file has another length')
    for (let index = 0; index < numbers.length; index += 2) map.#runs.add(numbers[index] ?? 0, numbers[index + 1] ?? 0)
    return map
  }

  get isComplete(): boolean {
    return this.#readBlock === undefined
  }

  takeBlock(buffer: Buffer, position: number): void {
    this.#takenBytes += blockBytes
    if (this.#takenBytes > this.#bytesMax) {
      throw new TarFault('archive-too-large', `the map of a sparse file has more than ${this.#bytesMax} bytes`)
    }
    const more = this.#readBlock?.(buffer, position) ?? false
    if (!more) this.#readBlock = undefined
  }

  /** The entry with its runs and its size when unpacked. @throws TarFault when the stored bytes are not those of the runs. */
  finishedEntry(): TarEntry {
    const { runs, sizeBytes, storedBytes } = this.#runs
    if (storedBytes !== this.storedBytes) throw badArchive('a sparse file stores other bytes than its map tells')
    return { ...this.#entry, sizeBytes, sparse: runs }
  }
}

function checkedSize(sizeBytes: number): number {
  if (!(sizeBytes >= 0)) throw badArchive('the size of a sparse file is no number in range')
  return sizeBytes
}

class Runs {
  readonly runs: SparseRun[] = []
  readonly sizeBytes: number
  storedBytes = 0
  #endBytes = 0

  constructor(sizeBytes: number) {
    this.sizeBytes = sizeBytes
  }

  /** Runs of no bytes, such as GNU tar's mark of the end, are checked and dropped. */
  add(offsetBytes: number, sizeBytes: number): void {
    const endBytes = offsetBytes + sizeBytes
    const inOrder = offsetBytes >= this.#endBytes && sizeBytes >= 0 && endBytes <= this.sizeBytes
    if (!inOrder) throw badArchive('the map of a sparse file has runs that overlap or lie outside the file')
    this.#endBytes = endBytes
    this.storedBytes += sizeBytes
    if (sizeBytes > 0) this.runs.push({ offsetBytes, sizeBytes })
  }
}

/** Up to `count` runs in the old GNU format; an empty field ends them. */
function addOldRuns(runs: Runs, buffer: Buffer, start: number, count: number): void {
  const stop = start + count * 24
  for (let at = start; at < stop && buffer[at] !== 0; at += 24) {
    runs.add(parseNumber(buffer, at, 12), parseNumber(buffer, at + 12, 12))
  }
}

const NEWLINE = 0x0a
const ZERO = 0x30

/**
 * Reads the map of format 1.0, which comes as text before the data: the count of runs, then offset and size of each, every
 * number with a line feed behind it. The rest of its last block is padding.
 */
class MapText {
  readonly #runs: Runs
  #numbersLeft = -1
  #number = 0
  #digits = 0
  #offsetBytes = 0

  constructor(runs: Runs) {
    this.#runs = runs
  }

  /** @returns whether the map ends in this block. */
  take(buffer: Buffer, start: number): boolean {
    for (let index = start; index < start + blockBytes && this.#numbersLeft !== 0; index += 1) {
      const byte = buffer[index] ?? 0
      if (byte === NEWLINE && this.#digits > 0) {
        this.#takeNumber()
        continue
      }
      this.#number = this.#number * 10 + (byte - ZERO)
      this.#digits += 1
      const isDigit = byte >= ZERO && byte <= ZERO + 9
      if (!isDigit || !Number.isSafeInteger(this.#number)) throw badArchive('the map of a sparse file is malformed')
    }
    return this.#numbersLeft === 0
  }

  #takeNumber(): void {
    const number = this.#number
    this.#number = 0
    this.#digits = 0
    if (this.#numbersLeft === -1) {
      this.#numbersLeft = number * 2
      return
    }
    this.#numbersLeft -= 1
    if (this.#numbersLeft % 2 === 1) this.#offsetBytes = number
    else this.#runs.add(this.#offsetBytes, number)
  }
}
