import { isUtf8 } from 'node:buffer'

/**
 * Path names as text without loss. Linux path names are bytes; almost all are UTF-8. A byte that is no part of valid
 * UTF-8 becomes the lone surrogate U+DC00 + byte, which valid UTF-8 can never give, and back: Python's surrogateescape
 * (PEP 383).
 */

/** Bytes to text. Never fails, and takes time in proportion to the bytes, whatever they are. */
export function decodePathText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return isUtf8(buffer) ? buffer.toString('utf8') : decodeLossless(buffer)
}

/**
 * Text to bytes: the inverse of {@link decodePathText}. Lone surrogates that it never gives (such as high ones) become
 * U+FFFD, as everywhere in UTF-8.
 */
export function encodePathText(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8')
  const parts: Uint8Array[] = []
  let start = 0
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(index + 1))) {
      index += 1
      continue
    }
    if (unit < 0xdc80 || unit > 0xdcff) continue
    parts.push(Buffer.from(text.slice(start, index), 'utf8'), Uint8Array.of(unit - 0xdc00))
    start = index + 1
  }
  parts.push(Buffer.from(text.slice(start), 'utf8'))
  return Buffer.concat(parts)
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

/** Takes the longest valid sequences that it can, and escapes the bytes between them. */
function decodeLossless(bytes: Buffer): string {
  let text = ''
  let validStart = 0
  let index = 0
  while (index < bytes.length) {
    const length = validSequenceLength(bytes, index)
    if (length === 0) {
      text += bytes.toString('utf8', validStart, index) + String.fromCharCode(0xdc00 + bytes.readUInt8(index))
      validStart = index + 1
    }
    index += Math.max(length, 1)
  }
  return text + bytes.toString('utf8', validStart)
}

/** How long the valid UTF-8 sequence at `index` is, or 0 when there is none (Unicode 3.9, table 3-7). */
function validSequenceLength(bytes: Buffer, index: number): number {
  const first = bytes[index] ?? 0
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  const second = bytes[index + 1] ?? 0
  const secondMin = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const secondMax = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < secondMin || second > secondMax) return 0
  for (let next = index + 2; next < index + length; next += 1) {
    const byte = bytes[next] ?? 0
    if (byte < 0x80 || byte > 0xbf) return 0
  }
  return length
}
