/** Bytes of a file from an offset; fewer where it ends before. */
export type ReadElfBytes = (offsetBytes: number, lengthBytes: number) => Promise<Buffer>

/** An entry of the program header table. */
export interface ElfSegment {
  /** One of {@link elfSegmentKinds}, or another. */
  readonly kind: number
  readonly offsetBytes: number
  /** Where it lies in memory. */
  readonly address: number
  /** How many bytes of the file it has. */
  readonly sizeBytes: number
}

/** An entry of the dynamic section. */
export interface ElfDynamicEntry {
  readonly tag: number
  readonly value: number
}

/** How an ELF file is laid out. Of a damaged one, what cannot be read is empty. */
export interface ElfLayout {
  readonly is64Bit: boolean
  /** e_type */
  readonly type: number
  /** e_machine */
  readonly machine: number
  readonly segments: readonly ElfSegment[]
  findSegment(kind: number): ElfSegment | undefined
  /** The entries of a dynamic section up to its end, of its first bytes only where it has more than that. */
  dynamicEntries(segment: ElfSegment, bytesMax: number): Promise<readonly ElfDynamicEntry[]>
  /** Where in the file an address is that a loaded segment holds. */
  fileOffset(address: number): number | undefined
}

/** p_type, as far as anybody asks for it. */
export const elfSegmentKinds = { load: 1, dynamic: 2, interpreter: 3 } as const
/** e_type of shared libraries, and of programs that can be loaded anywhere. */
export const elfSharedObject = 3

const headerBytes = { narrow: 52, wide: 64 }
const segmentsMax = 256
const dynamicEnd = 0

/** A number of the file, in its byte order. */
interface FieldReader {
  readonly half: (bytes: Buffer, at: number) => number
  readonly word: (bytes: Buffer, at: number) => number
  /** Of the file's own width. */
  readonly address: (bytes: Buffer, at: number) => number
}

/**
 * Reads the headers of an ELF file, of 32 and 64 bits and both byte orders: System V ABI, "Object Files" and "Program Loading and Dynamic
 * Linking". Undefined for what is no ELF file.
 */
export async function readElfLayout(read: ReadElfBytes): Promise<ElfLayout | undefined> {
  const header = await read(0, headerBytes.wide)
  if (header.length < headerBytes.narrow || header.toString('latin1', 0, 4) !== '\x7fELF') return undefined
  const is64Bit = header[4] === 2
  if (is64Bit && header.length < headerBytes.wide) return undefined
  const fields = fieldReader(header[5] === 2, is64Bit)
  const segments = await readSegments(header, is64Bit, fields, read)
  return {
    is64Bit,
    type: fields.half(header, 16),
    machine: fields.half(header, 18),
    segments,
    findSegment: (kind) => segments.find((segment) => segment.kind === kind),
    async dynamicEntries({ offsetBytes, sizeBytes }, bytesMax) {
      return dynamicEntriesOf(await read(offsetBytes, Math.min(sizeBytes, bytesMax)), is64Bit, fields)
    },
    fileOffset(address) {
      const home = segments.find(
        (each) =>
          each.kind === elfSegmentKinds.load && address >= each.address && address < each.address + each.sizeBytes,
      )
      return home === undefined ? undefined : address - home.address + home.offsetBytes
    },
  }
}

function fieldReader(isBigEndian: boolean, is64Bit: boolean): FieldReader {
  const word = (bytes: Buffer, at: number): number => (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at))
  const long = (bytes: Buffer, at: number): number =>
    Number(isBigEndian ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at))
  return {
    half: (bytes, at) => (isBigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at)),
    word,
    address: is64Bit ? long : word,
  }
}

async function readSegments(
  header: Buffer,
  is64Bit: boolean,
  { half, word, address }: FieldReader,
  read: ReadElfBytes,
): Promise<readonly ElfSegment[]> {
  const start = address(header, is64Bit ? 32 : 28)
  const entryBytes = half(header, is64Bit ? 54 : 42)
  const count = Math.min(half(header, is64Bit ? 56 : 44), segmentsMax)
  if (entryBytes < (is64Bit ? 56 : 32) || !Number.isSafeInteger(start)) return []
  const table = await read(start, entryBytes * count)
  return Array.from({ length: Math.floor(table.length / entryBytes) }, (_, index) => {
    const at = index * entryBytes
    return {
      kind: word(table, at),
      offsetBytes: address(table, at + (is64Bit ? 8 : 4)),
      address: address(table, at + (is64Bit ? 16 : 8)),
      sizeBytes: address(table, at + (is64Bit ? 32 : 16)),
    }
  })
}

function dynamicEntriesOf(table: Buffer, is64Bit: boolean, { address }: FieldReader): readonly ElfDynamicEntry[] {
  const entryBytes = is64Bit ? 16 : 8
  const entries: ElfDynamicEntry[] = []
  for (let at = 0; at + entryBytes <= table.length; at += entryBytes) {
    const tag = address(table, at)
    if (tag === dynamicEnd) break
    entries.push({ tag, value: address(table, at + entryBytes / 2) })
  }
  return entries
}
