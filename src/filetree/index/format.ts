/**
 * The index file of one layer. Numbers are in the machine's byte order; a file of the other order has a wrong version.
 *
 * ```
 * header     168 bytes: magic, version, counts, tar size, diff ID (see `writeHeader`)
 * attributes  80 bytes an entry, column after column (see `attributeColumns`)
 * tree        16 bytes an entry and 8: parent, inode, childStart, nameStart (see `treeColumns`)
 * names      path components, without separators, in the entries' order
 * heap       records of what few entries have: u32 length, bytes (see `heap.ts`)
 * check sum  32 bytes: sha256 of everything before
 * ```
 *
 * Entries are in breadth-first order: the root is 0, children of one directory lie next to each other, sorted by the
 * bytes of their names. So children of entry n are `childStart[n]` to `childStart[n + 1]`, a path is found by one binary
 * search for each of its components, and the file is used as it was read, without parsing.
 */

/** Raised by every change of the format or of what the numbers in it mean. */
const indexVersion = 1

export const headerBytes = 168
export const checksumBytes = 32
export const digestBytes = 32

const magic = Buffer.from('wherryLI', 'latin1')
const diffIdOffset = 32

/** The order is part of the format. */
export const entryKinds = [
  'file',
  'directory',
  'symbolic-link',
  'character-device',
  'block-device',
  'fifo',
  'hard-link',
  'whiteout',
] as const

export const kindNumbers = {
  file: 0,
  directory: 1,
  'symbolic-link': 2,
  'character-device': 3,
  'block-device': 4,
  fifo: 5,
  'hard-link': 6,
  whiteout: 7,
} as const

export const entryFlags = { opaque: 1, implied: 2 } as const

/** One value for each entry. */
export interface AttributeColumns {
  readonly sizeBytes: Float64Array
  readonly dataOffsetBytes: Float64Array
  readonly modifiedSeconds: Float64Array
  readonly modifiedNanoseconds: Uint32Array
  readonly uid: Uint32Array
  readonly gid: Uint32Array
  /** Heap offset of a link's target, a device's numbers or a sparse file's runs; 0 for none. */
  readonly detail: Uint32Array
  /** Heap offset of the extended attributes; 0 for none. */
  readonly xattrs: Uint32Array
  readonly mode: Uint16Array
  readonly kind: Uint8Array
  readonly flags: Uint8Array
  /** 32 bytes for each entry; zeros for what is no file. */
  readonly digest: Buffer
}

/** How entries hang together. `childStart` and `nameStart` have one value more than there are entries. */
export interface TreeColumns {
  readonly parent: Uint32Array
  readonly inode: Uint32Array
  readonly childStart: Uint32Array
  readonly nameStart: Uint32Array
}

export interface IndexHeader {
  readonly entryCount: number
  readonly namesBytes: number
  readonly heapBytes: number
  readonly tarBytes: number
  readonly diffId: string
}

export function attributeBytes(entryCount: number): number {
  return 80 * entryCount
}

function treeBytes(entryCount: number): number {
  return 16 * entryCount + 8
}

/** How long a file with this header is. */
export function indexFileBytes(header: IndexHeader): number {
  const { entryCount, namesBytes, heapBytes } = header
  return headerBytes + attributeBytes(entryCount) + treeBytes(entryCount) + namesBytes + heapBytes + checksumBytes
}

/** Views on a buffer's attributes, which begin at `offset`, a multiple of 8. Wide columns come first, so all are aligned. */
export function attributeColumns(buffer: ArrayBuffer, offset: number, count: number): AttributeColumns {
  return {
    sizeBytes: new Float64Array(buffer, offset, count),
    dataOffsetBytes: new Float64Array(buffer, offset + 8 * count, count),
    modifiedSeconds: new Float64Array(buffer, offset + 16 * count, count),
    modifiedNanoseconds: new Uint32Array(buffer, offset + 24 * count, count),
    uid: new Uint32Array(buffer, offset + 28 * count, count),
    gid: new Uint32Array(buffer, offset + 32 * count, count),
    detail: new Uint32Array(buffer, offset + 36 * count, count),
    xattrs: new Uint32Array(buffer, offset + 40 * count, count),
    mode: new Uint16Array(buffer, offset + 44 * count, count),
    kind: new Uint8Array(buffer, offset + 46 * count, count),
    flags: new Uint8Array(buffer, offset + 47 * count, count),
    digest: Buffer.from(buffer, offset + 48 * count, digestBytes * count),
  }
}

/** Views on a buffer's tree, which begins at `offset`, a multiple of 4. */
export function treeColumns(buffer: ArrayBuffer, offset: number, count: number): TreeColumns {
  return {
    parent: new Uint32Array(buffer, offset, count),
    inode: new Uint32Array(buffer, offset + 4 * count, count),
    childStart: new Uint32Array(buffer, offset + 8 * count, count + 1),
    nameStart: new Uint32Array(buffer, offset + 12 * count + 4, count + 1),
  }
}

export function writeHeader(buffer: ArrayBuffer, header: IndexHeader): void {
  Buffer.from(buffer, 0, headerBytes).set(magic)
  new Uint32Array(buffer, 8, 4).set([indexVersion, header.entryCount, header.namesBytes, header.heapBytes])
  new Float64Array(buffer, 24, 1).set([header.tarBytes])
  Buffer.from(buffer, diffIdOffset, headerBytes - diffIdOffset).write(header.diffId, 'latin1')
}

/** The header, or undefined when this is no index or one of another version. */
export function readHeader(buffer: ArrayBuffer): IndexHeader | undefined {
  if (buffer.byteLength < headerBytes + checksumBytes) return undefined
  if (!magic.equals(Buffer.from(buffer, 0, magic.length))) return undefined
  const [version = 0, entryCount = 0, namesBytes = 0, heapBytes = 0] = new Uint32Array(buffer, 8, 4)
  if (version !== indexVersion) return undefined
  const [tarBytes = 0] = new Float64Array(buffer, 24, 1)
  const diffId = Buffer.from(buffer, diffIdOffset, headerBytes - diffIdOffset).toString('latin1')
  return { entryCount, namesBytes, heapBytes, tarBytes, diffId: diffId.replace(/\0+$/, '') }
}
