import type { StanzaBytes } from '../deb822/split-stanzas.ts'
import { createTables, essentialFlag, priorities, sealTables, type PackageTables } from './format.ts'
import { zlibModule } from '../../std/node-modules.ts'

/** A stanza that cannot be indexed. */
export class BadStanzaError extends Error {
  constructor(line: number, problem: string) {
    super(`the record in line ${line} ${problem}`)
    this.name = 'BadStanzaError'
  }
}

const fieldPattern = /^(package|provides|essential|priority):(.*(?:\n[ \t].*)*)/gim
const namePattern = /^[A-Za-z0-9][A-Za-z0-9+.-]*$/
const providedPattern = /(?:^|,)\s*([A-Za-z0-9][A-Za-z0-9+.-]*)/g

/** Tables, and the file that they are views on. */
export interface BuiltTables {
  readonly file: Buffer
  readonly tables: PackageTables
}

/** Collects what the tables need while stanzas pass by, and makes the tables at the end. */
export class TableBuilder {
  readonly #numberOfName = new Map<string, number>()
  readonly #offsets: number[] = []
  readonly #lengths: number[] = []
  readonly #checksums: number[] = []
  readonly #flags: number[] = []
  /** The name's number for each stanza; names are numbered as they come, and anew when they are sorted. */
  readonly #packageNames: number[] = []
  readonly #providedNames: number[] = []
  readonly #providers: number[] = []

  /** @throws BadStanzaError */
  add({ bytes, offsetBytes, line }: StanzaBytes): void {
    const stanza = this.#offsets.length
    let name: string | undefined
    let flags = 0
    let provided: Set<string> | undefined
    for (const [, key = '', value = ''] of bytes.toString('latin1').matchAll(fieldPattern)) {
      switch (key.toLowerCase()) {
        case 'package':
          name ??= value.trim()
          break
        case 'essential':
          if (value.trim().toLowerCase() === 'yes') flags |= essentialFlag
          break
        case 'priority':
          flags |= Math.max(
            0,
            priorities.findIndex((one) => one === value.trim().toLowerCase()),
          )
          break
        default:
          provided = new Set(Array.from(value.matchAll(providedPattern), ([, one = '']) => one))
      }
    }
    if (name === undefined) throw new BadStanzaError(line, 'has no field Package')
    if (!namePattern.test(name)) throw new BadStanzaError(line, `has '${name}' for the name of a package`)
    this.#offsets.push(offsetBytes)
    this.#lengths.push(bytes.length)
    this.#checksums.push(zlibModule().crc32(bytes))
    this.#flags.push(flags)
    this.#packageNames.push(this.#numberOf(name))
    for (const one of provided ?? []) {
      this.#providedNames.push(this.#numberOf(one))
      this.#providers.push(stanza)
    }
  }

  #numberOf(name: string): number {
    const known = this.#numberOfName.get(name)
    if (known !== undefined) return known
    const number = this.#numberOfName.size
    // A part of a stanza's text would keep all of it in memory.
    this.#numberOfName.set(Buffer.from(name, 'latin1').toString('latin1'), number)
    return number
  }

  finish(textBytes: number, sha256: string): BuiltTables {
    const names = [...this.#numberOfName.keys()].toSorted((a, b) => (a < b ? -1 : 1))
    const spellings = Buffer.from(names.join(''), 'latin1')
    const counts = {
      stanzas: this.#offsets.length,
      names: names.length,
      provisions: this.#providers.length,
      spellingBytes: spellings.length,
    }
    const made = createTables(counts, textBytes, sha256)
    const { tables } = made
    const rank = new Uint32Array(names.length)
    let nameEnd = 0
    for (const [index, name] of names.entries()) {
      rank[this.#numberOfName.get(name) ?? 0] = index
      nameEnd += name.length
      tables.nameStart[index + 1] = nameEnd
    }
    spellings.copy(tables.spellings)
    tables.stanzaOffset.set(this.#offsets)
    tables.stanzaLength.set(this.#lengths)
    tables.stanzaChecksum.set(this.#checksums)
    tables.stanzaFlags.set(this.#flags)
    tables.stanzaName.set(this.#packageNames.map((name) => rank[name] ?? 0))
    const stanzas = this.#offsets.map((_, stanza) => stanza)
    groupByName(tables.stanzaName, stanzas, tables.packagesStart, tables.packages)
    const providedNames = Uint32Array.from(this.#providedNames, (name) => rank[name] ?? 0)
    groupByName(providedNames, this.#providers, tables.providersStart, tables.providers)
    sealTables(made.file, tables, (bytes) => zlibModule().crc32(bytes))
    return made
  }
}

/** Puts `values` together by their names: those of name `n` are at `starts[n]` to `starts[n + 1]`. */
function groupByName(names: Uint32Array, values: readonly number[], starts: Uint32Array, grouped: Uint32Array): void {
  for (const name of names) starts[name + 1] = (starts[name + 1] ?? 0) + 1
  for (let name = 1; name < starts.length; name += 1) starts[name] = (starts[name] ?? 0) + (starts[name - 1] ?? 0)
  const next = starts.slice()
  for (const [index, name] of names.entries()) {
    const place = next[name] ?? 0
    grouped[place] = values[index] ?? 0
    next[name] = place + 1
  }
}
