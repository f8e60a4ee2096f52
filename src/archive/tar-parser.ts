import { assert } from '../std/assert.ts'
import type { Limits } from '../std/limits.ts'
import { ArchiveError } from './errors.ts'
import { badArchive, quoteName, TarFault } from './tar/fault.ts'
import { parseText } from './tar/fields.ts'
import { blockBytes, isZeroBlock, paddingBytes, parseHeader, type RawHeader } from './tar/header.ts'
import { hasExtensions, joinMember, type Extensions } from './tar/member.ts'
import { checkGlobalPax, parsePax } from './tar/pax.ts'
import { SparseMap } from './tar/sparse.ts'
import type { TarEntry, TarHandler } from './tar-entry.ts'

/**
 * What the next bytes are. `header`, `second-zero` and `sparse-map` want a whole block; the others take bytes as they come.
 * After `second-zero`, one block of zeros has come, and only another one or the end of input may follow.
 */
type State = 'header' | 'second-zero' | 'sparse-map' | 'extension' | 'data' | 'padding' | 'ended' | 'closed'

/**
 * Reads a tar archive that is pushed into it in chunks of any size, and calls a handler for what it finds: ustar, PAX, GNU
 * and v7, also mixed. It holds at most one header, one extension header and one sparse map.
 *
 * Where readers of the field disagree it either reads as Go's `archive/tar` does, with which Docker, containerd and Podman
 * unpack layers, or refuses. So a link, directory, device or fifo never has data, whatever size its header tells; the size in
 * a PAX header counts for the entry itself and for no extension header in between; and global PAX headers change nothing.
 *
 * The archive ends at two blocks of zeros, behind which anything may come, or where the input ends behind an entry.
 */
export class TarParser {
  readonly #handler: TarHandler
  readonly #limits: Limits
  #state: State = 'header'
  /** Where in the archive the bytes lie that come next; in the states that want a block, where that block begins. */
  #offsetBytes = 0
  /** For messages: where the last block began that was looked into. */
  #blockOffsetBytes = 0
  readonly #block = Buffer.alloc(blockBytes)
  #blockFill = 0
  /** Of the data or extension that is being read, and of the zeros behind it. */
  #remainingBytes = 0
  #paddingBytes = 0
  #extension = Buffer.alloc(0)
  #extensionFlag = ''
  #extensions: Extensions = {}
  #entryCount = 0
  #unpackedBytes = 0
  /** For messages: the name that came last, and whether its entry has ended. */
  #name = ''
  #insideEntry = false
  /** The file whose map of runs is not yet complete. */
  #sparse: SparseMap | undefined

  /** @param limits of which pathBytesMax, tarExtensionBytesMax, layerBytesMax and layerEntriesMax hold here. */
  constructor(handler: TarHandler, limits: Limits) {
    this.#handler = handler
    this.#limits = limits
  }

  /**
   * @throws ArchiveError with entry and offset in its message. The parser takes no more after that. What the handler throws
   * comes through as it is.
   */
  push(chunk: Uint8Array): void {
    assert(this.#state !== 'closed', 'push on a TarParser that has finished or failed')
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    try {
      let position = 0
      while (position < buffer.length) position += this.#step(buffer, position)
    } catch (error) {
      throw this.#close(error)
    }
  }

  /** Says that the input ends here. @throws ArchiveError when the archive is truncated. */
  finish(): void {
    assert(this.#state !== 'closed', 'finish on a TarParser that has finished or failed')
    const betweenBlocks = (this.#state === 'header' || this.#state === 'second-zero') && this.#blockFill === 0
    const complete = betweenBlocks || this.#state === 'padding' || this.#state === 'ended'
    this.#blockOffsetBytes = this.#offsetBytes + this.#blockFill
    const error = this.#close(badArchive('the archive is truncated'))
    if (!complete || hasExtensions(this.#extensions)) throw error
  }

  #close(error: unknown): unknown {
    this.#state = 'closed'
    if (!(error instanceof TarFault)) return error
    const name = quoteName(this.#name)
    const where = this.#name === '' ? '' : this.#insideEntry ? `, in entry ${name}` : `, after entry ${name}`
    return new ArchiveError(error.code, `${error.message} (tar offset ${this.#blockOffsetBytes}${where})`, {
      hint: hints[error.code],
    })
  }

  /** Deals with what comes next in the chunk. @returns how many bytes that were. */
  #step(chunk: Buffer, position: number): number {
    const available = chunk.length - position
    switch (this.#state) {
      case 'data':
        return this.#takeData(chunk, position, Math.min(available, this.#remainingBytes))
      case 'extension':
        return this.#takeExtension(chunk, position, Math.min(available, this.#remainingBytes))
      case 'padding':
        return this.#takePadding(Math.min(available, this.#paddingBytes))
      case 'header':
      case 'second-zero':
      case 'sparse-map':
        return this.#takeBlock(chunk, position, available)
      case 'ended':
      case 'closed':
    }
    this.#advance(available)
    return available
  }

  #advance(bytes: number): void {
    this.#offsetBytes += bytes
    if (this.#offsetBytes > this.#limits.layerBytesMax) this.#tooLarge()
  }

  #tooLarge(): never {
    throw new TarFault('archive-too-large', `the archive holds more than ${this.#limits.layerBytesMax} bytes`)
  }

  #takeData(chunk: Buffer, position: number, length: number): number {
    this.#handler.data(chunk.subarray(position, position + length))
    this.#advance(length)
    this.#remainingBytes -= length
    if (this.#remainingBytes === 0) this.#endEntry()
    return length
  }

  #takePadding(length: number): number {
    this.#advance(length)
    this.#paddingBytes -= length
    if (this.#paddingBytes === 0) this.#state = 'header'
    return length
  }

  /** Reads a block where it lies in the chunk, or puts it together from several. */
  #takeBlock(chunk: Buffer, position: number, available: number): number {
    if (this.#blockFill === 0 && available >= blockBytes) {
      this.#blockComplete(chunk, position)
      return blockBytes
    }
    const length = Math.min(available, blockBytes - this.#blockFill)
    chunk.copy(this.#block, this.#blockFill, position, position + length)
    this.#blockFill += length
    if (this.#blockFill === blockBytes) {
      this.#blockFill = 0
      this.#blockComplete(this.#block, 0)
    }
    return length
  }

  #blockComplete(buffer: Buffer, position: number): void {
    this.#blockOffsetBytes = this.#offsetBytes
    if (this.#state === 'sparse-map') {
      this.#takeSparseMap(buffer, position)
    } else if (isZeroBlock(buffer, position)) {
      this.#takeZeroBlock()
    } else {
      if (this.#state === 'second-zero') throw badArchive('one block of zeros stands between entries')
      this.#takeHeader(parseHeader(buffer, position), buffer, position)
    }
  }

  #takeZeroBlock(): void {
    if (hasExtensions(this.#extensions)) throw badArchive('an extension header has no entry behind it')
    this.#state = this.#state === 'second-zero' ? 'ended' : 'second-zero'
    this.#advance(blockBytes)
  }

  #takeHeader(raw: RawHeader, buffer: Buffer, position: number): void {
    if (raw.typeFlag === 'x' || raw.typeFlag === 'g' || raw.typeFlag === 'L' || raw.typeFlag === 'K') {
      this.#startExtension(raw)
      return
    }
    this.#name = raw.path
    this.#insideEntry = true
    const entry = joinMember(raw, this.#extensions, this.#limits.pathBytesMax)
    this.#name = entry.path
    const sparse = SparseMap.of(raw, this.#extensions.pax?.sparse, entry, buffer, position, this.#limits)
    this.#extensions = {}
    this.#advance(blockBytes)
    if (sparse === undefined) this.#startEntry(entry, entry.sizeBytes)
    else this.#continueSparse(sparse)
  }

  #takeSparseMap(buffer: Buffer, position: number): void {
    assert(this.#sparse !== undefined, 'sparse data without a map')
    this.#sparse.takeBlock(buffer, position)
    this.#advance(blockBytes)
    this.#continueSparse(this.#sparse)
  }

  #continueSparse(sparse: SparseMap): void {
    this.#state = 'sparse-map'
    this.#sparse = sparse.isComplete ? undefined : sparse
    if (sparse.isComplete) this.#startEntry(sparse.finishedEntry(), sparse.storedBytes)
  }

  #startEntry(entry: TarEntry, storedBytes: number): void {
    this.#countEntry()
    this.#unpackedBytes += entry.sizeBytes
    const { layerBytesMax } = this.#limits
    if (this.#unpackedBytes > layerBytesMax || this.#offsetBytes + storedBytes > layerBytesMax) this.#tooLarge()
    this.#handler.entry(entry, this.#offsetBytes, storedBytes)
    this.#remainingBytes = storedBytes
    this.#paddingBytes = paddingBytes(storedBytes)
    this.#state = 'data'
    if (storedBytes === 0) this.#endEntry()
  }

  #endEntry(): void {
    this.#handler.entryEnd()
    this.#insideEntry = false
    this.#state = this.#paddingBytes === 0 ? 'header' : 'padding'
  }

  #countEntry(): void {
    this.#entryCount += 1
    if (this.#entryCount > this.#limits.layerEntriesMax) {
      throw new TarFault('archive-too-large', `the archive has more than ${this.#limits.layerEntriesMax} entries`)
    }
  }

  /**
   * Two extension headers of one type before one entry are refused, and so is a global one between an extension header and
   * its entry: readers disagree about which of them hold.
   */
  #startExtension(raw: RawHeader): void {
    const { pax, longPath, longLinkTarget } = this.#extensions
    const earlier = { x: pax, L: longPath, K: longLinkTarget, g: pax ?? longPath ?? longLinkTarget }[raw.typeFlag]
    if (earlier !== undefined) throw badArchive('an entry has two extension headers of one type')
    const { sizeBytes } = raw
    const { tarExtensionBytesMax } = this.#limits
    if (!(sizeBytes >= 0)) throw badArchive('the size of an extension header is no number in range')
    if (sizeBytes > tarExtensionBytesMax) {
      throw new TarFault('archive-too-large', `an extension header has more than ${tarExtensionBytesMax} bytes`)
    }
    if (raw.typeFlag === 'g') this.#countEntry()
    this.#advance(blockBytes)
    this.#extensionFlag = raw.typeFlag
    this.#extension = Buffer.allocUnsafe(sizeBytes)
    this.#remainingBytes = sizeBytes
    this.#paddingBytes = paddingBytes(sizeBytes)
    this.#state = 'extension'
    if (sizeBytes === 0) this.#endExtension()
  }

  #takeExtension(chunk: Buffer, position: number, length: number): number {
    const fill = this.#extension.length - this.#remainingBytes
    chunk.copy(this.#extension, fill, position, position + length)
    this.#remainingBytes -= length
    if (this.#remainingBytes === 0) this.#endExtension()
    this.#advance(length)
    return length
  }

  #endExtension(): void {
    const bytes = this.#extension
    if (this.#extensionFlag === 'x') this.#extensions.pax = parsePax(bytes)
    else if (this.#extensionFlag === 'g') checkGlobalPax(bytes)
    else if (this.#extensionFlag === 'L') this.#extensions.longPath = parseText(bytes, 0, bytes.length)
    else this.#extensions.longLinkTarget = parseText(bytes, 0, bytes.length)
    this.#extension = Buffer.alloc(0)
    this.#state = this.#paddingBytes === 0 ? 'header' : 'padding'
  }
}

const hints = {
  'bad-archive': 'fetch or make the archive again: it is damaged, or was written by a faulty or hostile program',
  'archive-too-large': 'raise the limit if you trust where the archive comes from',
  'unsupported-archive': 'write the archive again in the PAX format',
  'bad-entry': 'leave the entry out or rename it',
} as const
