/** What a made ELF file says of itself. */
export interface MadeElf {
  readonly is64Bit?: boolean
  readonly isBigEndian?: boolean
  readonly machine?: number
  readonly interpreter?: string
  readonly needed?: readonly string[]
  readonly soname?: string
  readonly rpath?: string
  readonly runpath?: string
  /** Symbols. */
  readonly names?: readonly string[]
  /** What stands behind it all. */
  readonly text?: string
}

const base = 0x400000

/** A file that has the headers of an ELF file, an interpreter and a dynamic section, and no code. */
export function madeElf(parts: MadeElf = {}): Buffer {
  const { is64Bit = true, isBigEndian = false, machine = 62 } = parts
  const width = is64Bit ? 8 : 4
  const strings = ['']
  const offsetOf = (text: string): number => {
    strings.push(text)
    return strings.slice(0, -1).reduce((sum, each) => sum + Buffer.byteLength(each) + 1, 0)
  }
  const entries: [tag: number, value: number][] = (parts.needed ?? []).map((name) => [1, offsetOf(name)])
  const named = [
    [14, parts.soname],
    [15, parts.rpath],
    [29, parts.runpath],
  ] as const
  for (const [tag, text] of named) if (text !== undefined) entries.push([tag, offsetOf(text)])
  for (const name of parts.names ?? []) offsetOf(name)
  const table = Buffer.from(`${strings.join('\0')}\0`)
  const headerBytes = is64Bit ? 64 : 52
  const segmentBytes = is64Bit ? 56 : 32
  const dynamicStart = headerBytes + 3 * segmentBytes
  const dynamicBytes = (entries.length + 3) * 2 * width
  const tableStart = dynamicStart + dynamicBytes
  entries.push([5, base + tableStart], [10, table.length], [0, 0])
  const interpreter = Buffer.from(`${parts.interpreter ?? ''}\0`)
  const interpreterStart = tableStart + table.length
  const text = Buffer.from(`\0${parts.text ?? ''}\0`)
  const size = interpreterStart + interpreter.length + text.length

  const bytes = Buffer.alloc(interpreterStart)
  const put = (value: number, at: number, length: number): void => {
    if (length === 8) {
      if (isBigEndian) bytes.writeBigUInt64BE(BigInt(value), at)
      else bytes.writeBigUInt64LE(BigInt(value), at)
    } else if (isBigEndian) bytes.writeUIntBE(value, at, length)
    else bytes.writeUIntLE(value, at, length)
  }
  bytes.write('\u007fELF', 0, 'latin1')
  bytes[4] = is64Bit ? 2 : 1
  bytes[5] = isBigEndian ? 2 : 1
  put(3, 0x10, 2)
  put(machine, 0x12, 2)
  put(headerBytes, is64Bit ? 0x20 : 0x1c, width)
  put(segmentBytes, is64Bit ? 0x36 : 0x2a, 2)
  put(3, is64Bit ? 0x38 : 0x2c, 2)
  const segments: [kind: number, start: number, length: number][] = [
    [1, 0, size],
    parts.interpreter === undefined ? [0, 0, 0] : [3, interpreterStart, interpreter.length],
    [2, dynamicStart, dynamicBytes],
  ]
  for (const [index, [kind, start, length]] of segments.entries()) {
    const at = headerBytes + index * segmentBytes
    put(kind, at, 4)
    put(start, at + (is64Bit ? 8 : 4), width)
    put(base + start, at + (is64Bit ? 16 : 8), width)
    put(length, at + (is64Bit ? 32 : 16), width)
  }
  for (const [index, [tag, value]] of entries.entries()) {
    put(tag, dynamicStart + index * 2 * width, width)
    put(value, dynamicStart + (index * 2 + 1) * width, width)
  }
  table.copy(bytes, tableStart)
  return Buffer.concat([bytes, interpreter, text])
}
