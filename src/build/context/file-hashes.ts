import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestHex, digestOf, type Digest } from '../../image/digest.ts'
import { systemErrorCode } from '../../std/errors.ts'
import { putFile } from '../../std/put-file.ts'
import type { SystemStat } from '../../std/syscalls-stat.ts'
import { decodeHashTable, encodeHashTable, identityOf, type HashRecord, type HashTable } from './hash-table.ts'

/**
 * What earlier builds found out about the files of one folder, kept in a file. An entry holds for as long as device, inode, size and
 * both times are the same.
 *
 * A file that changed in the moment before it was looked at may change again without any of these changing, since the clock of file
 * systems has steps. So what is younger than such a step is not kept.
 */
export class FileHashes {
  readonly #file: string
  readonly #table: HashTable
  readonly #used: Uint8Array
  readonly #added = new Map<string, HashRecord>()

  private constructor(file: string, table: HashTable) {
    this.#file = file
    this.#table = table
    this.#used = new Uint8Array(table.count)
  }

  /** Reads what is known. A file that is damaged counts as none. @param folder its absolute path */
  static async load(directory: string, folder: string): Promise<FileHashes> {
    const file = join(directory, `${digestHex(digestOf(Buffer.from(folder))).slice(0, 32)}.hashes`)
    return new FileHashes(file, await readTable(file))
  }

  /** Finds a file that has not changed. @returns a number that the other methods take */
  find(stat: SystemStat): number | undefined {
    const index = this.#table.find(stat)
    if (index !== undefined) this.#used[index] = 1
    return index
  }

  /** Undefined while nobody has read it. */
  digest(index: number): Digest | undefined {
    return this.#table.digest(index)
  }

  /** @param lookedAtMs when stat(2) said this, in milliseconds since 1970 */
  add(stat: SystemStat, digest: Digest, lookedAtMs: number): void {
    if (!isSettled(stat, lookedAtMs)) return
    const identity = identityOf(stat)
    this.#added.set(fileKey(identity), { identity, digest, age: 0 })
  }

  /**
   * Keeps what is new, beside what others have kept meanwhile. If two do so at the same moment, one of them is in vain: that costs time in
   * a later build and nothing else. That it cannot be written is no reason for a build to fail.
   */
  async save(): Promise<void> {
    if (this.#added.size === 0) return
    const records = [...this.#added.values()]
    const usedKeys = this.#usedKeys()
    const current = await readTable(this.#file)
    for (let index = 0; index < current.count; index += 1) {
      const record = current.read(index)
      const key = fileKey(record.identity)
      const age = usedKeys.has(key) ? 0 : record.age + 1
      if (age <= ageMax && !this.#added.has(key)) records.push({ ...record, age })
    }
    try {
      await putFile(this.#file, (path) => writeFile(path, encodeHashTable(records), { mode: 0o600 }))
      this.#added.clear()
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error
    }
  }

  #usedKeys(): ReadonlySet<string> {
    const keys = new Set<string>()
    for (const [index, isUsed] of this.#used.entries()) {
      if (isUsed === 1) keys.add(fileKey(this.#table.read(index).identity))
    }
    return keys
  }
}

async function readTable(file: string): Promise<HashTable> {
  return decodeHashTable(await readFile(file).catch(() => undefined))
}

/** How many times the file is written without an entry having been asked for, before it goes. */
const ageMax = 20

/** Device and inode. */
function fileKey(identity: readonly number[]): string {
  return identity.slice(0, 4).join(' ')
}

/** Linux counts file times in ticks of up to 10 ms. */
const fineStepMs = 100
/** FAT has steps of 2 s, and others have whole seconds. */
const coarseStepMs = 2100

function isSettled(stat: SystemStat, lookedAtMs: number): boolean {
  const latestMs = Math.max(
    stat.modifiedSeconds * 1000 + stat.modifiedNanoseconds / 1e6,
    stat.changedSeconds * 1000 + stat.changedNanoseconds / 1e6,
  )
  return latestMs + (stat.changedNanoseconds === 0 ? coarseStepMs : fineStepMs) <= lookedAtMs
}
