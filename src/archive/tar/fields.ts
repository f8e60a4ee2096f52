import { decodePathText } from '../../std/path-text.ts'

/**
 * The text in a header field: up to its first NUL, or all of it. Garbage behind the NUL is ignored, as every reader does.
 */
export function parseText(buffer: Buffer, start: number, length: number): string {
  let end = start
  let allBits = 0
  for (const stop = start + length; end < stop; end += 1) {
    const byte = buffer[end] ?? 0
    if (byte === 0) break
    allBits |= byte
  }
  if (end === start) return ''
  return allBits < 0x80 ? buffer.toString('latin1', start, end) : decodePathText(buffer.subarray(start, end))
}

const SPACE = 0x20
const ZERO = 0x30
const SEVEN = 0x37

/**
 * A number in a header field: octal digits between spaces and NULs (POSIX, ustar), or base-256 when the first bit is set
 * (GNU). An empty field is 0.
 *
 * @returns NaN for anything else, and for numbers that a JavaScript number cannot hold exactly.
 */
export function parseNumber(buffer: Buffer, start: number, length: number): number {
  if ((buffer[start] ?? 0) >= 0x80) return parseBase256(buffer, start, length)
  const stop = start + length
  let index = start
  while (index < stop && isBlank(buffer[index])) index += 1
  let value = 0
  for (; index < stop; index += 1) {
    const byte = buffer[index] ?? 0
    if (byte < ZERO || byte > SEVEN) break
    value = value * 8 + (byte - ZERO)
  }
  while (index < stop && buffer[index] === SPACE) index += 1
  const ended = index === stop || buffer[index] === 0
  return ended && value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === 0
}

/** Two's complement, big-endian, of which the first bit is only the mark. */
function parseBase256(buffer: Buffer, start: number, length: number): number {
  const first = buffer[start] ?? 0
  const negative = (first & 0x40) !== 0
  const inverter = negative ? 0xff : 0
  let value = (first ^ inverter) & 0x7f
  for (let index = start + 1; index < start + length; index += 1) {
    value = value * 256 + ((buffer[index] ?? 0) ^ inverter)
    if (value > Number.MAX_SAFE_INTEGER) return Number.NaN
  }
  if (!negative) return value
  return value === Number.MAX_SAFE_INTEGER ? Number.NaN : -1 - value
}
