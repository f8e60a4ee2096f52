import type { ByteStream } from '../../std/bytes.ts'

/** The bytes of one stanza, from its first line to the line break of its last one, and where they stand. */
export interface StanzaBytes {
  readonly bytes: Buffer
  readonly offsetBytes: number
  /** The number of its first line, from 1. */
  readonly line: number
}

/** A stanza that is longer than its reader allows. */
export class LongStanzaError extends Error {
  readonly line: number

  constructor(line: number, bytesMax: number) {
    super(`the stanza in line ${line} has more than ${bytesMax} bytes`)
    this.name = 'LongStanzaError'
    this.line = line
  }
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20
const tab = 0x09

/**
 * Cuts a stream into stanzas: those that ended within a chunk come together. Stanzas are separated by lines that are empty
 * or hold nothing but blanks (Debian Policy 5.1).
 *
 * @throws LongStanzaError
 */
export async function* splitStanzas(stream: ByteStream, stanzaBytesMax: number): AsyncGenerator<StanzaBytes[]> {
  const splitter = new Splitter(stanzaBytesMax)
  for await (const chunk of stream) yield splitter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length))
  yield splitter.end()
}

class Splitter {
  readonly #stanzaBytesMax: number
  /** What came before the current chunk and belongs to its first stanza. */
  #rest: Buffer[] = []
  #restBytes = 0
  /** Where the current chunk begins. */
  #chunkOffset = 0
  #line = 1
  #stanzaOffset = 0
  #stanzaLine = 1
  /** Whether the current line holds nothing but blanks so far, and whether the stanza so far holds no other lines. */
  #isLineBlank = true
  #isStanzaBlank = true

  constructor(stanzaBytesMax: number) {
    this.#stanzaBytesMax = stanzaBytesMax
  }

  push(chunk: Buffer): StanzaBytes[] {
    const stanzas: StanzaBytes[] = []
    let isLineBlank = this.#isLineBlank
    let lineStart = 0
    let stanzaStart = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]
      if (byte !== lineFeed) {
        if (isLineBlank && !isBlank(byte)) {
          isLineBlank = false
          // Blank lines in front of the first other one are no part of the stanza.
          if (this.#isStanzaBlank) stanzaStart = this.#begin(lineStart)
        }
        continue
      }
      this.#line += 1
      if (isLineBlank && !this.#isStanzaBlank) {
        stanzas.push(this.#cut(chunk.subarray(stanzaStart, lineStart)))
        stanzaStart = at + 1
      }
      isLineBlank = true
      lineStart = at + 1
    }
    this.#isLineBlank = isLineBlank
    if (this.#isStanzaBlank && lineStart > 0) this.#dropRest()
    this.#keep(chunk.subarray(this.#isStanzaBlank ? lineStart : stanzaStart))
    this.#chunkOffset += chunk.length
    return stanzas
  }

  /** Notes that the stanza begins with the current line. */
  #begin(lineStart: number): number {
    this.#isStanzaBlank = false
    this.#stanzaLine = this.#line
    // A line that began in an earlier chunk is what was kept.
    this.#stanzaOffset = this.#chunkOffset + lineStart - (lineStart === 0 ? this.#restBytes : 0)
    if (lineStart > 0) this.#dropRest()
    return lineStart
  }

  #cut(tail: Buffer): StanzaBytes {
    const bytes = withoutBlankEnd(this.#rest.length === 0 ? tail : Buffer.concat([...this.#rest, tail]))
    if (bytes.length > this.#stanzaBytesMax) throw new LongStanzaError(this.#stanzaLine, this.#stanzaBytesMax)
    this.#dropRest()
    this.#isStanzaBlank = true
    return { bytes, offsetBytes: this.#stanzaOffset, line: this.#stanzaLine }
  }

  #keep(tail: Buffer): void {
    this.#rest.push(tail)
    this.#restBytes += tail.length
    if (this.#restBytes > this.#stanzaBytesMax) throw new LongStanzaError(this.#stanzaLine, this.#stanzaBytesMax)
  }

  #dropRest(): void {
    this.#rest = []
    this.#restBytes = 0
  }

  end(): StanzaBytes[] {
    return this.#isStanzaBlank ? [] : [this.#cut(Buffer.alloc(0))]
  }
}

/** Less the beginning of the blank line that ends the stanza, which an earlier chunk may have brought. */
function withoutBlankEnd(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && isBlank(bytes[end - 1])) end -= 1
  return end > 0 && bytes[end - 1] === lineFeed ? bytes.subarray(0, end) : bytes
}

function isBlank(byte: number | undefined): boolean {
  return byte === space || byte === tab || byte === carriageReturn
}
