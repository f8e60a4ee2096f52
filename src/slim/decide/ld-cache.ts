/**
 * The libraries that ld.so.cache(5) names, each with its paths in the order in which the loader tries them: the format that glibc
 * calls `glibc-ld.so.cache1.1` (sysdeps/generic/dl-cache.h), alone or behind the older one. Empty for anything else.
 */
export function readLoaderCache(bytes: Uint8Array): ReadonlyMap<string, readonly string[]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const start = buffer.indexOf('glibc-ld.so.cache1.1')
  const found = new Map<string, string[]>()
  if (start === -1 || buffer.length < start + headerBytes) return found
  const isBigEndian = (buffer.readUInt8(start + 28) & 3) === 3
  const word = (at: number): number => (isBigEndian ? buffer.readUInt32BE(at) : buffer.readUInt32LE(at))
  const count = Math.min(word(start + 20), Math.floor((buffer.length - start - headerBytes) / entryBytes))
  for (let index = 0; index < count; index += 1) {
    const at = start + headerBytes + index * entryBytes
    const name = textAt(buffer, start + word(at + 4))
    const paths = found.get(name) ?? []
    found.set(name, [...paths, textAt(buffer, start + word(at + 8))])
  }
  return found
}

const headerBytes = 48
const entryBytes = 24

function textAt(buffer: Buffer, start: number): string {
  const end = buffer.indexOf(0, start)
  return buffer.toString('latin1', start, end === -1 ? start : end)
}
