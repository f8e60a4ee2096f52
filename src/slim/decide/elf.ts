import {
  elfSegmentKinds,
  readElfLayout,
  type ElfDynamicEntry,
  type ElfLayout,
  type ReadElfBytes,
} from '../../std/elf.ts'

/** What is read of an ELF file: System V ABI, "Object Files" and "Dynamic Linking"; elf(5) for GNU's tags. */
export interface ElfFile {
  readonly is64Bit: boolean
  /** e_machine. */
  readonly machine: number
  /** The program that loads it (PT_INTERP). */
  readonly interpreter: string | undefined
  /** Whether it is loaded by one: it has a dynamic section. */
  readonly isDynamic: boolean
  readonly needed: readonly string[]
  readonly soname: string | undefined
  /** DT_RPATH and DT_RUNPATH, as they are written. */
  readonly rpath: readonly string[]
  readonly runpath: readonly string[]
  /** All names of the dynamic string table: symbols that it imports and exports. */
  readonly names: ReadonlySet<string>
}

const interpreterBytesMax = 4096
const dynamicBytesMax = 256 * 1024
const namesBytesMax = 32 * 1024 * 1024
const tags = { needed: 1, strings: 5, stringsSize: 10, soname: 14, rpath: 15, runpath: 29 }

/** Reads an ELF file's headers and dynamic section. Undefined for what is no ELF file; what is damaged reads as empty. */
export async function readElf(read: ReadElfBytes): Promise<ElfFile | undefined> {
  const layout = await readElfLayout(read)
  if (layout === undefined) return undefined
  const interpreter = layout.findSegment(elfSegmentKinds.interpreter)
  const dynamic = layout.findSegment(elfSegmentKinds.dynamic)
  const entries = dynamic === undefined ? [] : await layout.dynamicEntries(dynamic, dynamicBytesMax)
  const strings = await readStrings(read, entries, layout)
  const texts = (tag: number): readonly string[] =>
    entries.flatMap((entry) => (entry.tag === tag ? [textAt(strings, entry.value)] : []))
  const paths = (tag: number): readonly string[] =>
    texts(tag).flatMap((text) => text.split(':').filter((path) => path !== ''))
  return {
    is64Bit: layout.is64Bit,
    machine: layout.machine,
    interpreter:
      interpreter === undefined
        ? undefined
        : textAt(await read(interpreter.offsetBytes, Math.min(interpreter.sizeBytes, interpreterBytesMax)), 0),
    isDynamic: dynamic !== undefined,
    needed: texts(tags.needed),
    soname: texts(tags.soname)[0],
    rpath: paths(tags.rpath),
    runpath: paths(tags.runpath),
    names: new Set(strings.toString('latin1').split('\0')),
  }
}

/** The table of DT_STRTAB. It is named by its address in memory. */
async function readStrings(
  read: ReadElfBytes,
  entries: readonly ElfDynamicEntry[],
  layout: ElfLayout,
): Promise<Buffer> {
  const address = entries.find(({ tag }) => tag === tags.strings)?.value
  const size = entries.find(({ tag }) => tag === tags.stringsSize)?.value
  const offset = address === undefined ? undefined : layout.fileOffset(address)
  if (offset === undefined || size === undefined) return Buffer.alloc(0)
  return await read(offset, Math.min(size, namesBytesMax))
}

function textAt(bytes: Buffer, offset: number): string {
  if (offset >= bytes.length) return ''
  const end = bytes.indexOf(0, offset)
  return bytes.toString('latin1', offset, end === -1 ? bytes.length : end)
}
