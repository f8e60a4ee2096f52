import { crc32 } from 'node:zlib'

/**
 * An xz file of one stream that holds the bytes as they are, for tests: an xz compressor is not on every machine. Where it
 * matters that data is really compressed, tests use what the program `xz` made.
 */
export function storedXz(data: Uint8Array | string): Buffer {
  const bytes = Buffer.from(data)
  const flags = Buffer.of(0, 1)
  const blockHeader = withSum(Buffer.from('0200210116000000', 'hex'))
  const chunks = Buffer.concat([...chunksOf(bytes), Buffer.of(0)])
  const unpaddedBytes = blockHeader.length + chunks.length + 4
  const block = Buffer.concat([blockHeader, padded(chunks), uint32(crc32(bytes))])
  const index = withSum(padded(Buffer.concat([Buffer.of(0, 1), number(unpaddedBytes), number(bytes.length)])))
  const end = Buffer.concat([uint32(index.length / 4 - 1), flags])
  const header = Buffer.concat([Buffer.from('fd377a585a00', 'hex'), withSum(flags)])
  return Buffer.concat([header, block, index, uint32(crc32(end)), end, Buffer.from('YZ')])
}

/** LZMA2 chunks that are not compressed: the first one begins a new dictionary. */
function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += 65_536) {
    const data = bytes.subarray(start, start + 65_536)
    const header = Buffer.of(start === 0 ? 1 : 2, 0, 0)
    header.writeUInt16BE(data.length - 1, 1)
    yield Buffer.concat([header, data])
  }
}

function withSum(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, uint32(crc32(bytes))])
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** 7 bits in each byte, the lowest first. */
function number(value: number): Buffer {
  const digits: number[] = []
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...digits, left])
    digits.push((left % 128) | 0x80)
  }
}
