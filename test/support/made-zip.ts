import { crc32, deflateRawSync } from 'node:zlib'

/** A member of a zip archive that a test makes. */
export interface MadeMember {
  readonly path: string
  readonly content: string | Buffer
  readonly isDeflated?: boolean
  /** Sizes and offset in 64 bits. */
  readonly isWide?: boolean
  readonly flags?: number
  readonly method?: number
}

/** @param before bytes in front of it, which no offset counts */
export function makeZip(members: readonly MadeMember[], before: Uint8Array = Buffer.alloc(0)): Buffer {
  const parts: Buffer[] = []
  const list: Buffer[] = []
  let offset = 0
  for (const member of members) {
    const packed = packMember(member, offset)
    parts.push(packed.local)
    list.push(packed.central)
    offset += packed.local.length
  }
  const directory = Buffer.concat(list)
  const end = record(0x06054b50, [
    ...[half(0), half(0), half(members.length), half(members.length)],
    ...[word(directory.length), word(offset), half(0)],
  ])
  return Buffer.concat([before, ...parts, directory, end])
}

function packMember(member: MadeMember, offset: number): { readonly local: Buffer; readonly central: Buffer } {
  const { path, isDeflated = false, isWide = false, flags = 0, method = isDeflated ? 8 : 0 } = member
  const content = Buffer.from(member.content)
  const packed = isDeflated ? deflateRawSync(content) : content
  const name = Buffer.from(path)
  const sum = word(crc32(content))
  const common = [half(20), half(flags), half(method), half(0), half(0), sum]
  const sizes = [word(packed.length), word(content.length)]
  const local = Buffer.concat([record(0x04034b50, [...common, ...sizes, half(name.length), half(0)]), name, packed])
  const wide = isWide
    ? Buffer.concat([half(1), half(24), long(content.length), long(packed.length), long(offset)])
    : Buffer.alloc(0)
  const told = isWide ? [word(0xffffffff), word(0xffffffff)] : sizes
  const central = record(0x02014b50, [
    ...[half(20), ...common, ...told, half(name.length), half(wide.length), half(0), half(0), half(0), word(0)],
    word(isWide ? 0xffffffff : offset),
  ])
  return { local, central: Buffer.concat([central, name, wide]) }
}

function record(signature: number, fields: readonly Buffer[]): Buffer {
  return Buffer.concat([word(signature), ...fields])
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
