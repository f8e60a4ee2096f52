/**
 * The file of tables that makes a Packages file quick to ask. Numbers are in the machine's byte order; a file of the other
 * order has a wrong version.
 *
 * ```
 * header      68 bytes: magic, version, counts, size and sha256 of the text, checksum of all that follows the header
 * stanzas     16 bytes a stanza: offset, length, checksum (crc32) and the name's number; its flags are at the end
 * names       4 bytes a name and 4: where each name begins
 * packages    4 bytes a name and 4, and 4 a stanza: the stanzas of each name
 * providers   4 bytes a name and 4, and 4 a provision: the stanzas that provide each name
 * spellings   the names, sorted by their bytes, without separators
 * flags       1 byte a stanza
 * ```
 */

/** Raised by every change of the format or of what the numbers in it mean. */
const formatVersion = 1

const magic = Buffer.from('wherryDP', 'latin1')
const headerBytes = 68
const sha256Offset = 32
const checksumOffset = 64

/** How many of each thing the tables hold. */
export interface TableCounts {
  readonly stanzas: number
  readonly names: number
  readonly provisions: number
  readonly spellingBytes: number
}

/** What the tables say, and of which text. */
export interface PackageTables {
  readonly counts: TableCounts
  readonly textBytes: number
  /** Of the text, in hexadecimal. */
  readonly sha256: string
  readonly stanzaOffset: Uint32Array
  readonly stanzaLength: Uint32Array
  readonly stanzaChecksum: Uint32Array
  /** The number of the package's name. */
  readonly stanzaName: Uint32Array
  /** One value more than there are names, as the two below. */
  readonly nameStart: Uint32Array
  readonly packagesStart: Uint32Array
  readonly providersStart: Uint32Array
  /** Numbers of stanzas. */
  readonly packages: Uint32Array
  readonly providers: Uint32Array
  readonly spellings: Buffer
  readonly stanzaFlags: Uint8Array
}

/** Priorities in the order of their numbers in the lowest three bits of a stanza's flags. */
export const priorities = ['', 'required', 'important', 'standard', 'optional', 'extra'] as const
export const priorityMask = 0b111
export const essentialFlag = 0b1000

function fileBytes({ stanzas, names, provisions, spellingBytes }: TableCounts): number {
  return headerBytes + 21 * stanzas + 12 * (names + 1) + 4 * provisions + spellingBytes
}

/** Tables over a buffer, with all in their places. */
function viewTables(buffer: ArrayBuffer, counts: TableCounts, textBytes: number, sha256: string): PackageTables {
  let at = headerBytes
  const numbers = (count: number): Uint32Array => {
    const column = new Uint32Array(buffer, at, count)
    at += 4 * count
    return column
  }
  const { stanzas, names, provisions, spellingBytes } = counts
  return {
    ...{ counts, textBytes, sha256 },
    stanzaOffset: numbers(stanzas),
    stanzaLength: numbers(stanzas),
    stanzaChecksum: numbers(stanzas),
    stanzaName: numbers(stanzas),
    nameStart: numbers(names + 1),
    packagesStart: numbers(names + 1),
    providersStart: numbers(names + 1),
    packages: numbers(stanzas),
    providers: numbers(provisions),
    spellings: Buffer.from(buffer, at, spellingBytes),
    stanzaFlags: new Uint8Array(buffer, at + spellingBytes, stanzas),
  }
}

/** Empty tables, and the file that they are views on: whoever fills them calls {@link sealTables} at the end. */
export function createTables(
  counts: TableCounts,
  textBytes: number,
  sha256: string,
): { readonly file: Buffer; readonly tables: PackageTables } {
  const buffer = new ArrayBuffer(fileBytes(counts))
  return { file: Buffer.from(buffer), tables: viewTables(buffer, counts, textBytes, sha256) }
}

/** Writes the header, once the tables are full. */
export function sealTables(
  file: Buffer,
  { counts, textBytes, sha256 }: PackageTables,
  crc32: (bytes: Uint8Array) => number,
): void {
  const header = new DataView(file.buffer, 0, headerBytes)
  magic.copy(file)
  new Uint32Array(file.buffer, 8, 1)[0] = formatVersion
  header.setUint32(12, counts.stanzas, true)
  header.setUint32(16, counts.names, true)
  header.setUint32(20, counts.provisions, true)
  header.setUint32(24, counts.spellingBytes, true)
  header.setUint32(28, textBytes, true)
  file.write(sha256, sha256Offset, 'hex')
  header.setUint32(checksumOffset, crc32(file.subarray(headerBytes)), true)
}

/**
 * The tables of a file that was read.
 *
 * @returns undefined when it is of another version or text, truncated or damaged in any way: everything in sound tables is
 * in bounds, so asking them can neither fail nor run for ever.
 */
export function openTables(
  buffer: ArrayBuffer,
  sha256: string,
  crc32: (bytes: Uint8Array) => number,
): PackageTables | undefined {
  const file = Buffer.from(buffer)
  if (file.length < headerBytes || !file.subarray(0, magic.length).equals(magic)) return undefined
  if (new Uint32Array(buffer, 8, 1)[0] !== formatVersion) return undefined
  if (file.toString('hex', sha256Offset, sha256Offset + 32) !== sha256) return undefined
  const counts = {
    stanzas: file.readUInt32LE(12),
    names: file.readUInt32LE(16),
    provisions: file.readUInt32LE(20),
    spellingBytes: file.readUInt32LE(24),
  }
  if (fileBytes(counts) !== file.length) return undefined
  if (crc32(file.subarray(headerBytes)) !== file.readUInt32LE(checksumOffset)) return undefined
  const tables = viewTables(buffer, counts, file.readUInt32LE(28), sha256)
  return areSound(tables) ? tables : undefined
}

function areSound(tables: PackageTables): boolean {
  const { counts, textBytes, stanzaOffset, stanzaLength } = tables
  for (let stanza = 0; stanza < counts.stanzas; stanza += 1) {
    if ((stanzaOffset[stanza] ?? 0) + (stanzaLength[stanza] ?? 0) > textBytes) return false
  }
  return (
    rises(tables.nameStart, counts.spellingBytes) &&
    rises(tables.packagesStart, counts.stanzas) &&
    rises(tables.providersStart, counts.provisions) &&
    isBelow(tables.stanzaName, counts.names) &&
    isBelow(tables.packages, counts.stanzas) &&
    isBelow(tables.providers, counts.stanzas)
  )
}

/** From 0 to `last`, and never back. */
function rises(starts: Uint32Array, last: number): boolean {
  for (let index = 1; index < starts.length; index += 1) {
    if ((starts[index] ?? 0) < (starts[index - 1] ?? 0)) return false
  }
  return starts[0] === 0 && starts.at(-1) === last
}

function isBelow(values: Uint32Array, limit: number): boolean {
  return values.every((value) => value < limit)
}
