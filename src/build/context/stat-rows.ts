import type { SystemStat } from '../../std/syscalls-stat.ts'

const rowWords = 18
const hashWord = 17
const firstRows = 256

/**
 * What stat(2) said of many files, in one array: a context may have a hundred thousand, and as objects that stay they would keep the
 * garbage collector busy for longer than looking at them takes.
 */
export class StatRows {
  #words = new Uint32Array(firstRows * rowWords)
  #count = 0

  /** @returns the number of the row */
  add(stat: SystemStat, hashIndex: number | undefined): number {
    const row = this.#count
    this.#count += 1
    if (this.#count * rowWords > this.#words.length) {
      const larger = new Uint32Array(this.#words.length * 2)
      larger.set(this.#words)
      this.#words = larger
    }
    const words = this.#words
    const at = row * rowWords
    words[at] = stat.mode
    words[at + 1] = stat.linkCount
    words[at + 2] = high(stat.sizeBytes)
    words[at + 3] = stat.sizeBytes >>> 0
    words[at + 4] = stat.inodeHigh
    words[at + 5] = stat.inodeLow
    words[at + 6] = stat.deviceMajor
    words[at + 7] = stat.deviceMinor
    words[at + 8] = stat.nodeMajor
    words[at + 9] = stat.nodeMinor
    words[at + 10] = high(stat.modifiedSeconds)
    words[at + 11] = stat.modifiedSeconds >>> 0
    words[at + 12] = stat.modifiedNanoseconds
    words[at + 13] = high(stat.changedSeconds)
    words[at + 14] = stat.changedSeconds >>> 0
    words[at + 15] = stat.changedNanoseconds
    words[at + hashWord] = hashIndex === undefined ? 0 : hashIndex + 1
    return row
  }

  mode(row: number): number {
    return this.#word(row, 0)
  }

  linkCount(row: number): number {
    return this.#word(row, 1)
  }

  sizeBytes(row: number): number {
    return this.#wide(row, 2)
  }

  hashIndex(row: number): number | undefined {
    const index = this.#word(row, hashWord)
    return index === 0 ? undefined : index - 1
  }

  read(row: number): SystemStat {
    return {
      mode: this.#word(row, 0),
      linkCount: this.#word(row, 1),
      sizeBytes: this.#wide(row, 2),
      inodeHigh: this.#word(row, 4),
      inodeLow: this.#word(row, 5),
      deviceMajor: this.#word(row, 6),
      deviceMinor: this.#word(row, 7),
      nodeMajor: this.#word(row, 8),
      nodeMinor: this.#word(row, 9),
      modifiedSeconds: this.#wide(row, 10),
      modifiedNanoseconds: this.#word(row, 12),
      changedSeconds: this.#wide(row, 13),
      changedNanoseconds: this.#word(row, 15),
    }
  }

  #word(row: number, place: number): number {
    return this.#words[row * rowWords + place] ?? 0
  }

  /** Of 64 bits with a sign: times before 1970 are negative. */
  #wide(row: number, place: number): number {
    return (this.#word(row, place) | 0) * 2 ** 32 + this.#word(row, place + 1)
  }
}

function high(value: number): number {
  return Math.floor(value / 2 ** 32) >>> 0
}
