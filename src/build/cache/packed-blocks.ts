import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { number, strictObject, string } from 'valibot'
import type { BlockMemory } from '../../archive/block-memory.ts'
import { KnownBodies } from '../../archive/known-bodies.ts'
import type { ContentSource } from '../../image/content.ts'
import { digestSchema, type Descriptor } from '../../image/descriptor.ts'
import { systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { JsonError, parseJson } from '../../std/json.ts'
import { zlibModule } from '../../std/node-modules.ts'
import { putFile } from '../../std/put-file.ts'
import { packedFolder } from './folders.ts'
import type { StepKey } from './step-cache.ts'

/*
 * A file for each definition of a COPY, about the layer that it made last: a line of JSON with the layer's descriptor, and for each piece
 * of the layer's blob, in order, 40 bytes: what was compressed, as `KnownBodies` identifies it (zeros for what is no block), the length, and
 * a CRC-32.
 * Pieces are read from the blob in the store, so the file is small.
 */
const layerSchema = strictObject({ version: number(), mediaType: string(), digest: digestSchema, size: number() })
const version = 2
const keyBytes = 32
const rowBytes = keyBytes + 8
const noKey = Buffer.alloc(keyBytes).toString('base64')

/** Layers of a few blocks are compressed before their file is read. */
const blocksMin = 4

interface Piece {
  readonly offsetBytes: number
  readonly lengthBytes: number
  readonly checkSum: number
}

/**
 * What the blocks of a layer were compressed to, the last time that a COPY was executed: where one file of many has changed, the others
 * need not be compressed again.
 */
export class PackedBlocks implements BlockMemory, AsyncDisposable {
  readonly bodies = new KnownBodies()
  readonly #file: string
  readonly #pieces: ReadonlyMap<string, Piece>
  readonly #blob: PieceReader | undefined
  readonly #rows: Buffer[] = []

  private constructor(file: string, pieces: ReadonlyMap<string, Piece>, blob: PieceReader | undefined) {
    this.#file = file
    this.#pieces = pieces
    this.#blob = blob
  }

  /** @param key of the definition, with all that decides how blocks are compressed */
  static async open(directory: string, key: StepKey, store: ContentSource, job: Job): Promise<PackedBlocks> {
    const file = join(packedFolder(directory), key)
    const known = decode(await readFile(file).catch(() => undefined))
    const [first] = known?.pieces.values() ?? []
    if (known === undefined || first === undefined) return new PackedBlocks(file, new Map(), undefined)
    return new PackedBlocks(file, known.pieces, new PieceReader(store, known.descriptor, first.offsetBytes, job))
  }

  async recall(key: string): Promise<Uint8Array | undefined> {
    const piece = this.#pieces.get(key)
    if (piece === undefined) return undefined
    const bytes = await this.#blob?.read(piece)
    return bytes !== undefined && zlibModule().crc32(bytes) === piece.checkSum ? bytes : undefined
  }

  note(key: string | undefined, bytes: Uint8Array): void {
    const row = Buffer.alloc(rowBytes)
    row.write(key ?? noKey, 'base64')
    row.writeUInt32LE(bytes.length, keyBytes)
    row.writeUInt32LE(zlibModule().crc32(bytes), keyBytes + 4)
    this.#rows.push(row)
  }

  /** Keeps what it was told of a layer that is in the store now. That it cannot be written is no reason for a build to fail. */
  async save({ mediaType, digest, size }: Descriptor): Promise<void> {
    if (this.#rows.length < blocksMin) return
    const head = Buffer.from(`${JSON.stringify({ version, mediaType, digest, size })}\n`)
    try {
      await putFile(this.#file, (path) => writeFile(path, Buffer.concat([head, ...this.#rows]), { mode: 0o600 }))
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#blob?.[Symbol.asyncDispose]()
  }
}

/** Undefined for what is missing, damaged or of another version. */
function decode(
  bytes: Buffer | undefined,
): { readonly descriptor: Descriptor; readonly pieces: ReadonlyMap<string, Piece> } | undefined {
  const end = bytes?.indexOf('\n') ?? -1
  if (bytes === undefined || end < 0) return undefined
  const rows = bytes.subarray(end + 1)
  const descriptor = readHead(bytes.subarray(0, end))
  if (descriptor === undefined || rows.length % rowBytes !== 0) return undefined
  const pieces = new Map<string, Piece>()
  let offsetBytes = 0
  for (let at = 0; at < rows.length; at += rowBytes) {
    const lengthBytes = rows.readUInt32LE(at + keyBytes)
    const key = rows.toString('base64', at, at + keyBytes)
    if (key !== noKey) pieces.set(key, { offsetBytes, lengthBytes, checkSum: rows.readUInt32LE(at + keyBytes + 4) })
    offsetBytes += lengthBytes
  }
  return { descriptor, pieces }
}

function readHead(line: Buffer): Descriptor | undefined {
  try {
    const { version: found, ...descriptor } = parseJson(line, layerSchema, 'packed blocks')
    return found === version ? descriptor : undefined
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}

/** Reads pieces of a blob from its beginning to its end: what lies further back than the last one is not found. */
class PieceReader implements AsyncDisposable {
  readonly #open: () => Promise<AsyncIterator<Uint8Array>>
  #chunks: AsyncIterator<Uint8Array> | undefined
  #rest: Uint8Array = new Uint8Array(0)
  /** Where in the blob the rest begins. */
  #offsetBytes: number

  constructor(store: ContentSource, descriptor: Descriptor, offsetBytes: number, job: Job) {
    this.#offsetBytes = offsetBytes
    this.#open = async () => (await store.open(descriptor, job, offsetBytes))[Symbol.asyncIterator]()
  }

  /** @returns undefined where it cannot be read: the blob may have been pruned. */
  async read({ offsetBytes, lengthBytes }: Piece): Promise<Uint8Array | undefined> {
    if (offsetBytes < this.#offsetBytes) return undefined
    try {
      this.#chunks ??= await this.#open()
      const piece = new Uint8Array(lengthBytes)
      for (let filled = 0; filled < lengthBytes;) {
        const skipped = Math.min(this.#rest.length, offsetBytes + filled - this.#offsetBytes)
        const taken = this.#rest.subarray(skipped, skipped + lengthBytes - filled)
        piece.set(taken, filled)
        filled += taken.length
        this.#offsetBytes += skipped + taken.length
        this.#rest = this.#rest.subarray(skipped + taken.length)
        if (filled < lengthBytes && !(await this.#readNext(this.#chunks))) return undefined
      }
      return piece
    } catch {
      return undefined
    }
  }

  async #readNext(chunks: AsyncIterator<Uint8Array>): Promise<boolean> {
    const next = await chunks.next()
    if (next.done === true) return false
    this.#rest = next.value
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks?.return?.()
  }
}
