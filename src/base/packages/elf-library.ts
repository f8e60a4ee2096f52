import { elfSegmentKinds, elfSharedObject, readElfLayout, type ReadElfBytes } from '../../std/elf.ts'

/** What ldconfig's cache says of a library. */
export interface ElfLibrary {
  /** Its SONAME; undefined where it has none. */
  readonly soname: string | undefined
  /** As in the flags of glibc's `ldconfig.h`: the ABI. */
  readonly flags: number
}

const dynamicBytesMax = 64 * 1024
const nameBytesMax = 4096
const libc6Flag = 3

/** By ELF machine number: what glibc's `dl-cache.h` sets for 64-bit, and for 32-bit libraries. */
const abiFlags: Readonly<Record<number, { readonly wide?: number; readonly narrow?: number }>> = {
  3: { narrow: 0 },
  // Of ARM only the hard-float ABI is told apart.
  40: { narrow: 0x0900 },
  62: { wide: 0x0300, narrow: 0x0800 },
  183: { wide: 0x0a00 },
  21: { wide: 0x0500 },
  22: { wide: 0x0400, narrow: 0 },
  243: { wide: 0x1000 },
}

/**
 * Reads the name of a shared library out of its dynamic section (ELF, gABI 4.1, chapter 5). Undefined for what is no shared
 * library, is damaged, or is of a processor that is not known.
 */
export async function readElfLibrary(read: ReadElfBytes, sizeBytes: number): Promise<ElfLibrary | undefined> {
  const layout = await readElfLayout(read)
  if (layout === undefined) return undefined
  const abi = abiFlags[layout.machine]
  const flags = layout.is64Bit ? abi?.wide : abi?.narrow
  if (layout.type !== elfSharedObject || flags === undefined) return undefined
  const dynamic = layout.findSegment(elfSegmentKinds.dynamic)
  if (dynamic === undefined || dynamic.sizeBytes > dynamicBytesMax) return undefined
  const entries = await layout.dynamicEntries(dynamic, dynamicBytesMax)
  const valueOf = (wanted: number): number | undefined => entries.find(({ tag }) => tag === wanted)?.value
  const [nameOffset, tableAddress] = [valueOf(sonameTag), valueOf(stringTableTag)]
  if (nameOffset === undefined || tableAddress === undefined) return { soname: undefined, flags: libc6Flag | flags }
  const table = layout.fileOffset(tableAddress)
  if (table === undefined || table + nameOffset >= sizeBytes) return undefined
  const name = await read(table + nameOffset, nameBytesMax)
  const end = name.indexOf(0)
  return end <= 0 ? undefined : { soname: name.toString('utf8', 0, end), flags: libc6Flag | flags }
}

const stringTableTag = 5
const sonameTag = 14
