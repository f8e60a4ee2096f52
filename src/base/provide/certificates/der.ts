/** One value of DER (X.690): its tag, and where its content lies. */
export interface DerValue {
  readonly tag: number
  readonly content: Buffer
  /** All of it, with tag and length. */
  readonly bytes: Buffer
}

/** The values that stand one after the other in some bytes. @throws RangeError for what is no DER */
export function readDerValues(bytes: Buffer): readonly DerValue[] {
  const values: DerValue[] = []
  for (let at = 0; at < bytes.length;) {
    const tag = bytes.readUInt8(at)
    const { lengthBytes, headBytes } = readLength(bytes, at + 1)
    const end = at + 1 + headBytes + lengthBytes
    if (end > bytes.length) throw new RangeError('a value is longer than what holds it')
    values.push({ tag, content: bytes.subarray(at + 1 + headBytes, end), bytes: bytes.subarray(at, end) })
    at = end
  }
  return values
}

function readLength(bytes: Buffer, at: number): { readonly lengthBytes: number; readonly headBytes: number } {
  const first = bytes.readUInt8(at)
  if (first < 0x80) return { lengthBytes: first, headBytes: 1 }
  const count = first & 0x7f
  if (count === 0 || count > 4) throw new RangeError('a length is not in the form of DER')
  return { lengthBytes: bytes.readUIntBE(at + 1, count), headBytes: 1 + count }
}

/** A value in DER. */
export function writeDer(tag: number, content: Uint8Array): Buffer {
  if (content.length < 0x80) return Buffer.concat([Uint8Array.of(tag, content.length), content])
  const count = content.length < 0x100 ? 1 : content.length < 0x1_0000 ? 2 : 4
  const head = Buffer.alloc(2 + count)
  head.writeUInt8(tag, 0)
  head.writeUInt8(0x80 | count, 1)
  head.writeUIntBE(content.length, 2, count)
  return Buffer.concat([head, content])
}
