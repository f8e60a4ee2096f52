import { createJob, type Job } from '../../src/std/job.ts'
import { defaultLimits, type Limits } from '../../src/std/limits.ts'
import type { TarEntry } from '../../src/archive/tar-entry.ts'
import { TarParser } from '../../src/archive/tar-parser.ts'

/** The fields of a header block as they stand in it, so that tests can write what no writer would. */
export interface RawFields {
  readonly name?: string
  readonly mode?: string
  readonly uid?: string
  readonly size?: number | string | Uint8Array
  readonly modified?: string
  readonly type?: string
  readonly link?: string
  readonly prefix?: string
  readonly magic?: string
  /** Other bytes to put anywhere, by offset. */
  readonly patches?: ReadonlyMap<number, string | Uint8Array>
  /** Sums the bytes as signed numbers, as some old programs did. */
  readonly signedSum?: boolean
}

/** One header block with a right check sum. */
export function rawHeader(fields: RawFields): Buffer {
  const block = Buffer.alloc(512)
  block.write(fields.name ?? 'file', 0, 'latin1')
  block.write(fields.mode ?? '0000644', 100, 'latin1')
  block.write(fields.uid ?? '0000000', 108, 'latin1')
  block.write('0000000', 116, 'latin1')
  const size = fields.size ?? 0
  const sizeField = typeof size === 'number' ? size.toString(8).padStart(11, '0') : size
  block.set(toBytes(sizeField), 124)
  block.write(fields.modified ?? '00000000000', 136, 'latin1')
  block.write(fields.type ?? '0', 156, 'latin1')
  block.write(fields.link ?? '', 157, 'latin1')
  block.write(fields.magic ?? 'ustar\x0000', 257, 'latin1')
  block.write(fields.prefix ?? '', 345, 'latin1')
  for (const [offset, bytes] of fields.patches ?? []) block.set(toBytes(bytes), offset)
  block.fill(0x20, 148, 156)
  const sum = block.reduce((sum, byte) => sum + (fields.signedSum === true && byte > 127 ? byte - 256 : byte), 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** A header with its data behind it, padded. The size field tells the data's length unless it is given. */
export function rawMember(fields: RawFields, data: string | Uint8Array = ''): Buffer {
  const bytes = toBytes(data)
  const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512)
  return Buffer.concat([rawHeader({ size: bytes.length, ...fields }), bytes, padding])
}

/** A PAX header. Values may be bytes; keywords may repeat. */
export function paxHeader(
  records: readonly (readonly [keyword: string, value: string | Uint8Array])[],
  type = 'x',
): Buffer {
  const lines = records.map(([keyword, value]) => paxRecord(keyword, value))
  return rawMember({ name: 'PaxHeaders/file', type }, Buffer.concat(lines))
}

function paxRecord(keyword: string, value: string | Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${keyword}=`), Buffer.from(value), Buffer.from('\n')])
  let length = rest.length + 1
  while (String(length).length + rest.length !== length) length += 1
  return Buffer.concat([Buffer.from(String(length)), rest])
}

export const endOfArchive = Buffer.alloc(1024)

function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'latin1') : value
}

/** What a parser told about one entry. */
export interface ParsedEntry {
  readonly entry: TarEntry
  readonly dataOffsetBytes: number
  readonly storedBytes: number
  readonly data: Buffer
}

/** All that a parser tells about an archive that comes in chunks of the given size. */
export function parseAll(archive: Uint8Array, options: ParseOptions = {}): readonly ParsedEntry[] {
  const parsed: ParsedEntry[] = []
  let chunks: Uint8Array[] = []
  let current: Omit<ParsedEntry, 'data'> | undefined
  const parser = new TarParser(
    {
      entry: (entry, dataOffsetBytes, storedBytes) => {
        if (current !== undefined) throw new Error('entry inside an entry')
        current = { entry, dataOffsetBytes, storedBytes }
        chunks = []
      },
      data: (chunk) => {
        if (chunk.length === 0) throw new Error('empty data')
        chunks.push(Uint8Array.from(chunk))
      },
      entryEnd: () => {
        if (current === undefined) throw new Error('end outside an entry')
        parsed.push({ ...current, data: Buffer.concat(chunks) })
        current = undefined
      },
    },
    { ...defaultLimits, ...options.limits },
  )
  let position = 0
  for (const size of options.chunkSizes ?? []) {
    parser.push(archive.subarray(position, position + size))
    position += size
  }
  parser.push(archive.subarray(position))
  parser.finish()
  return parsed
}

export interface ParseOptions {
  readonly limits?: Partial<Limits>
  /** Of the first chunks; the rest comes in one. */
  readonly chunkSizes?: readonly number[]
}

export function jobWithLimits(limits: Partial<Limits>): Job {
  return createJob({ limits: { ...defaultLimits, ...limits } })
}
