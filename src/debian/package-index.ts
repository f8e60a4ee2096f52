import { readSync, rmSync } from 'node:fs'
import { byteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import { cryptoModule, zlibModule } from '../std/node-modules.ts'
import { splitStanzas } from './deb822/split-stanzas.ts'
import { DebianError } from './errors.ts'
import { TableBuilder } from './index/build-tables.ts'
import { listFiles, openList } from './index/cached-list.ts'
import { findName, nameAt } from './index/find-name.ts'
import { essentialFlag, priorities, priorityMask, type PackageTables } from './index/format.ts'
import type { PackageList } from './package-list.ts'
import { parsePackageRecord, type PackageRecord } from './package-record.ts'
import { compareVersions } from './version.ts'

/** What one Packages file lists. Records are read when they are asked for, and those that were asked for stay in memory. */
export interface PackageIndex extends AsyncDisposable {
  /** What messages call it. */
  readonly title: string
  readonly packageCount: number

  /**
   * The packages of a name, the newest version first.
   *
   * @throws DebianError `bad-control-data` for a record that cannot be read, `damaged-package-index`
   */
  packages(name: string): readonly PackageRecord[]

  /** The packages that provide a name, by name, and the newest version first. @throws as {@link packages} */
  providers(name: string): readonly PackageRecord[]

  /** Each name that there is a package of, sorted. */
  packageNames(): Iterable<string>

  /** The names of the packages that each Debian system has (`Essential: yes`, Debian Policy 3.8), sorted. */
  essentialPackages(): readonly string[]

  /** The names of the packages of a priority (Debian Policy 2.5), sorted. */
  packagesOfPriority(priority: PackagePriority): readonly string[]
}

/** How much a system needs a package (Debian Policy 2.5). */
export type PackagePriority = 'required' | 'important' | 'standard' | 'optional' | 'extra'

/**
 * Opens the index of a Packages file: from a folder where it is kept under its hash, or else from its text, which is taken
 * in, checked and kept. Tens of milliseconds for the first, less than a second for the second, for 60,000 packages. What is
 * found damaged is made again from the text.
 *
 * @param directory is made when it is not there.
 * @throws DebianError `hash-mismatch`, `bad-control-data`, `cache-unusable`, `disk-full`, and whatever reading the text throws.
 */
export async function openPackageIndex(list: PackageList, directory: string, job: Job): Promise<PackageIndex> {
  const { tables, text } = await openList(list, directory, job)
  const readText = (offset: number, length: number): Buffer => {
    const bytes = Buffer.allocUnsafe(length)
    return bytes.subarray(0, readSync(text.fd, bytes, 0, length, offset))
  }
  return new TableIndex(list.title, tables, readText, {
    discard: () => rmSync(listFiles(directory, list.sha256).tables, { force: true }),
    close: () => text.close(),
  })
}

/**
 * An index of a text in memory, for few packages.
 *
 * @throws DebianError `bad-control-data`
 */
export async function createPackageIndex(text: string, title: string, job: Job): Promise<PackageIndex> {
  const bytes = Buffer.from(text)
  const builder = new TableBuilder()
  for await (const batch of splitStanzas(byteStream(bytes), job.limits.stanzaBytesMax)) {
    for (const stanza of batch) builder.add(stanza)
  }
  const { tables } = builder.finish(bytes.length, cryptoModule().hash('sha256', bytes))
  const readText = (offset: number, length: number): Buffer => bytes.subarray(offset, offset + length)
  return new TableIndex(title, tables, readText, { discard: () => undefined, close: async () => undefined })
}

/** What becomes of the files behind an index. */
interface IndexFiles {
  /** Makes sure that nobody opens them again. */
  discard(): void
  close(): Promise<void>
}

class TableIndex implements PackageIndex {
  readonly title: string
  readonly #tables: PackageTables
  readonly #readText: (offset: number, length: number) => Buffer
  readonly #files: IndexFiles
  readonly #records = new Map<number, PackageRecord>()

  constructor(
    title: string,
    tables: PackageTables,
    readText: (offset: number, length: number) => Buffer,
    files: IndexFiles,
  ) {
    this.title = title
    this.#tables = tables
    this.#readText = readText
    this.#files = files
  }

  get packageCount(): number {
    return this.#tables.counts.stanzas
  }

  packages(name: string): readonly PackageRecord[] {
    const { packagesStart, packages } = this.#tables
    return this.#list(name, packagesStart, packages)
  }

  providers(name: string): readonly PackageRecord[] {
    const { providersStart, providers } = this.#tables
    return this.#list(name, providersStart, providers)
  }

  #list(name: string, starts: Uint32Array, stanzas: Uint32Array): readonly PackageRecord[] {
    const number = findName(this.#tables, name)
    if (number === undefined) return []
    const found = Array.from(stanzas.subarray(starts[number], starts[number + 1]), (stanza) => this.#record(stanza))
    return found.toSorted((a, b) => compareNames(a.name, b.name) || compareVersions(b.version, a.version))
  }

  #record(stanza: number): PackageRecord {
    const known = this.#records.get(stanza)
    if (known !== undefined) return known
    const { stanzaOffset, stanzaLength, stanzaChecksum, stanzaName } = this.#tables
    const bytes = this.#readText(stanzaOffset[stanza] ?? 0, stanzaLength[stanza] ?? 0)
    if (bytes.length !== stanzaLength[stanza] || zlibModule().crc32(bytes) !== stanzaChecksum[stanza]) {
      this.#files.discard()
      const message = `what is kept of the package list of ${this.title} is damaged`
      throw new DebianError('damaged-package-index', message, {
        hint: 'It was thrown away. Run this again to make it anew.',
      })
    }
    const name = nameAt(this.#tables, stanzaName[stanza] ?? 0)
    const record = parsePackageRecord(bytes.toString('utf8'), `${name} in the package list of ${this.title}`)
    this.#records.set(stanza, record)
    return record
  }

  *packageNames(): Iterable<string> {
    const { counts, packagesStart } = this.#tables
    for (let number = 0; number < counts.names; number += 1) {
      if (packagesStart[number] !== packagesStart[number + 1]) yield nameAt(this.#tables, number)
    }
  }

  essentialPackages(): readonly string[] {
    return this.#namesWhere((flags) => (flags & essentialFlag) !== 0)
  }

  packagesOfPriority(priority: PackagePriority): readonly string[] {
    const number = priorities.indexOf(priority)
    return this.#namesWhere((flags) => (flags & priorityMask) === number)
  }

  #namesWhere(isWanted: (flags: number) => boolean): readonly string[] {
    const { stanzaName, stanzaFlags } = this.#tables
    const numbers = new Set(stanzaName.filter((_, stanza) => isWanted(stanzaFlags[stanza] ?? 0)))
    return Array.from(numbers, (number) => nameAt(this.#tables, number)).toSorted(compareNames)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files.close()
  }
}

function compareNames(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
