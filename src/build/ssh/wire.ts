/** Values as SSH writes them: RFC 4251, section 5. */

/** A string: its length, and its bytes. */
export function wireString(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([wireNumber(bytes.length), bytes])
}

/** A number of 32 bits. */
export function wireNumber(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A whole number that is not negative, from its bytes: none in front that is not needed, and never a sign. */
export function wireInteger(value: Uint8Array): Buffer {
  const first = value.findIndex((byte) => byte !== 0)
  const bytes = first === -1 ? new Uint8Array() : value.subarray(first)
  return wireString((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}

/** Reads one value after the other. @throws RangeError where the bytes end too soon */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new RangeError('it ends too soon')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  number(): number {
    return this.take(4).readUInt32BE()
  }

  string(): Buffer {
    return this.take(this.number())
  }
}
