/**
 * Path names as text without loss. Linux path names are bytes; almost all are UTF-8. A byte that is no part of valid
 * UTF-8 becomes the lone surrogate U+DC00 + byte, which valid UTF-8 can never give, and back: Python's surrogateescape
 * (PEP 383).
 */

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes to text. Never fails. */
export function decodePathText(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return decodeLossless(bytes)
  }
}

/** Text to bytes: the inverse of {@link decodePathText}. */
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
function decodeLossless(bytes: Uint8Array): string {
  let text = ''
  let index = 0
  while (index < bytes.length) {
    const length = validSequenceLength(bytes, index)
    if (length === 0) text += String.fromCharCode(0xdc00 + (bytes[index] ?? 0))
    else text += strictDecoder.decode(bytes.subarray(index, index + length))
    index += Math.max(length, 1)
  }
  return text
}

function validSequenceLength(bytes: Uint8Array, index: number): number {
  const first = bytes[index] ?? 0
  const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  if (index + length > bytes.length) return 0
  try {
    strictDecoder.decode(bytes.subarray(index, index + length))
    return length
  } catch {
    return 0
  }
}
