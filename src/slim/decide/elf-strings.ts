import type { ByteStream } from '../../std/bytes.ts'

/** What stands in an ELF file as text, and tells what it does. */
export interface ElfStrings {
  /** Names and absolute paths of libraries. */
  readonly libraries: ReadonlySet<string>
  /** Those of `marks` that it holds. */
  readonly marks: ReadonlySet<string>
}

/** No name is longer: what is cut between two pieces of a stream is found with so many bytes of the piece before. */
const overlapBytes = 512
const librariesMax = 2000
const libraryPattern = /(?:\/[\w+.@/-]*\/)?[\w+.@-]*\.so(?:\.[0-9]+)*$/

/** Looks for names of libraries, and for marks, anywhere in a file. */
export async function scanElf(content: ByteStream, marks: readonly string[]): Promise<ElfStrings> {
  const libraries = new Set<string>()
  const found = new Set<string>()
  let before = Buffer.alloc(0)
  for await (const chunk of content) {
    const bytes = Buffer.concat([before, chunk])
    for (const mark of marks) if (!found.has(mark) && bytes.includes(mark, 0, 'latin1')) found.add(mark)
    for (let at = bytes.indexOf('.so'); at !== -1 && libraries.size < librariesMax; at = bytes.indexOf('.so', at + 3)) {
      const name = libraryAt(bytes, at)
      if (name !== undefined) libraries.add(name)
    }
    before = bytes.subarray(Math.max(0, bytes.length - overlapBytes))
  }
  return { libraries, marks: found }
}

/** The name around `.so`, if nothing but a name stands there: a C string. */
function libraryAt(bytes: Buffer, at: number): string | undefined {
  let start = at
  while (start > 0 && at - start < overlapBytes && isNameByte(bytes[start - 1])) start -= 1
  let end = at + 3
  while (end < bytes.length && end - at < 32 && isVersionByte(bytes[end])) end += 1
  // `%s.so` is no name.
  if (start === at || bytes[start - 1] === 0x25 || isNameByte(bytes[end])) return undefined
  const text = bytes.toString('latin1', start, end)
  // Go and Rust do not end their strings, so a name may stick to what stands before it: only what begins as one counts.
  const name = libraryPattern.exec(text)?.[0]
  return name !== undefined && (name === text || name.startsWith('/')) ? name : undefined
}

/** For each byte, whether names of files have it. */
const nameBytes = Uint8Array.from({ length: 256 }, (_, byte) => Number(/[\w+.@/-]/.test(String.fromCharCode(byte))))

function isNameByte(byte: number | undefined): boolean {
  return byte !== undefined && nameBytes[byte] === 1
}

function isVersionByte(byte: number | undefined): boolean {
  return byte !== undefined && (byte === 0x2e || (byte >= 0x30 && byte <= 0x39))
}
