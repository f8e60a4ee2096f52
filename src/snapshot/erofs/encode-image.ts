import type { IndexedLayer } from '../../filetree/index-layer.ts'
import { assert } from '../../std/assert.ts'
import { encodePathText } from '../../std/path-text.ts'
import type { LowerContent, LowerEntry } from '../layer/lower-content.ts'
import { isOverlayXattr, lowerDevice, opaqueXattr } from '../layer/overlay-attributes.ts'
import { chunkFormat, chunkIndexBytes, chunksOf, writeChunks, type Chunks } from './chunks.ts'
import { directoryBytes, writeDirectory } from './directory.ts'
import {
  alignTo,
  blockBytes,
  directoryKinds,
  encodeDevice,
  encodeSuperblock,
  encodeXattrs,
  inodeBytes,
  inodesOffset,
  layouts,
  nidOf,
  writeInode,
  type Inode,
} from './format.ts'

/** Something that the format cannot hold. The message says what it is. */
export class UnfitForErofsError extends Error {}

/** The metadata image of a layer, ready to be written. */
export interface EncodedImage {
  readonly sizeBytes: number
  /** Whose tars have the data: the layer's own first, then those that hard links lead to. */
  readonly devices: readonly IndexedLayer[]
  chunks(): Generator<Uint8Array>
}

const imageUnitBytes = 4096
const pieceBytes = 1024 * 1024
const nothing = new Uint8Array(0)

/**
 * The image of a layer's metadata, whose file data are in the layer's tar. Everything has its place before the first byte is
 * written: so nothing but the places is held in memory.
 *
 * @throws UnfitForErofsError
 */
export function encodeImage(
  content: LowerContent,
  { uuid, volumeName }: { readonly uuid: Uint8Array; readonly volumeName: string },
): EncodedImage {
  const plan = new ImagePlan(content)
  const superblock = {
    rootOffset: plan.offsetOf(0),
    inodeCount: plan.inodeCount,
    imageBytes: plan.sizeBytes,
    uuid,
    volumeName,
    devices: plan.devices.map(({ index }) => ({
      tag: index.diffId.slice(index.diffId.indexOf(':') + 1),
      sizeBytes: index.tarBytes,
    })),
  }
  return {
    sizeBytes: plan.sizeBytes,
    devices: plan.devices,
    *chunks() {
      const output = new Output()
      const header = encodeSuperblock(superblock)
      output.begin(0, header.length)
      output.buffer.set(header)
      for (const { number, record, offset } of plan.places()) {
        const end = bodyOffset(record, offset) + record.bodyBytes
        if (!output.fits(end)) {
          yield output.take(offset)
          output.begin(offset, end - offset)
        }
        plan.write(output.buffer, offset - output.start, number, record)
      }
      yield output.take(plan.sizeBytes)
    },
  }
}

/** What an inode is made of. */
interface Record {
  readonly entry: LowerEntry
  readonly xattrs: Uint8Array
  readonly chunks: Chunks | undefined
  /** The target of a symbolic link. */
  readonly text: Uint8Array
  /** Of the data behind the attributes: names, text or addresses. */
  readonly bodyBytes: number
  readonly layout: number
}

/** Where everything is in the image. */
class ImagePlan {
  readonly devices: IndexedLayer[]
  readonly sizeBytes: number
  inodeCount = 0
  readonly #content: LowerContent
  readonly #offsets: Float64Array
  /** The entries that have an inode of their own. */
  readonly #numbers: readonly number[]

  constructor(content: LowerContent) {
    this.#content = content
    const { index, layer } = content
    this.devices = [layer]
    this.#offsets = new Float64Array(index.entryCount)
    const numbers: number[] = []
    for (let number = 0; number < index.entryCount; number += 1) {
      if (content.inodeOf(number) !== number || content.isLeftOut(number)) continue
      numbers.push(number)
      if (content.kindOf(number) !== 'file') continue
      const { source } = content.entry(number)
      if (source !== layer && !this.devices.includes(source)) this.devices.push(source)
    }
    let end = inodesOffset(this.devices.length)
    for (const number of numbers) {
      const record = this.#record(number)
      const offset = placeOf(record, end)
      this.#offsets[number] = offset
      end = endOf(record, bodyOffset(record, offset))
    }
    this.#numbers = numbers
    this.inodeCount = numbers.length
    this.sizeBytes = alignTo(end, imageUnitBytes)
  }

  offsetOf(number: number): number {
    return this.#offsets[this.#content.inodeOf(number)] ?? 0
  }

  /** The inodes in their order. */
  *places(): Generator<{ readonly number: number; readonly record: Record; readonly offset: number }> {
    for (const number of this.#numbers) {
      yield { number, record: this.#record(number), offset: this.offsetOf(number) }
    }
  }

  /** Writes an inode and what stands behind it, over zeros. */
  write(buffer: Buffer, at: number, number: number, record: Record): void {
    const { entry, xattrs, chunks, text, bodyBytes } = record
    const offset = this.offsetOf(number)
    writeInode(buffer, at, this.#inode(number, record, offset))
    if (xattrs.length > 0) buffer.set(xattrs, at + inodeBytes)
    if (bodyBytes === 0) return
    const body = at + bodyOffset(record, offset) - offset
    if (chunks !== undefined) writeChunks(buffer, body, chunks, this.devices.indexOf(entry.source) + 1)
    else if (entry.kind === 'directory') this.#writeDirectory(buffer, body, number)
    else buffer.set(text, body)
  }

  #writeDirectory(buffer: Buffer, at: number, number: number): void {
    const kindOf = (child: number): number => {
      const kind = this.#content.kindOf(child)
      return directoryKinds[kind === 'whiteout' ? 'character-device' : kind]
    }
    writeDirectory(buffer, at, this.#content, number, (child) => nidOf(this.offsetOf(child)), kindOf)
  }

  #record(number: number): Record {
    const entry = this.#content.entry(number)
    const { kind, attributes } = entry
    const xattrs = this.#xattrs(number, entry)
    if (kind === 'file' && attributes.sizeBytes > 0) {
      const chunks = chunksOf(attributes)
      if (chunks === undefined) throw new UnfitForErofsError('a sparse file with pieces of odd sizes')
      return { entry, xattrs, text: nothing, chunks, bodyBytes: chunkIndexBytes(chunks), layout: layouts.chunks }
    }
    const text = kind === 'symbolic-link' ? encodePathText(attributes.linkTarget) : nothing
    const bodyBytes = kind === 'directory' ? directoryBytes(this.#content, number) : text.length
    const isInline = bodyBytes > 0 && inodeBytes + xattrs.length + bodyBytes <= blockBytes
    return { entry, xattrs, text, chunks: undefined, bodyBytes, layout: isInline ? layouts.inline : layouts.plain }
  }

  #xattrs(number: number, { kind, attributes }: LowerEntry): Uint8Array {
    const isOpaque = kind === 'directory' && this.#content.index.isOpaque(number)
    const { xattrs } = attributes
    if (kind === 'whiteout' || (xattrs.size === 0 && !isOpaque)) return nothing
    const own: [string, Uint8Array][] = []
    if (isOpaque) {
      const { name, value } = opaqueXattr('trusted')
      own.push([name, value])
    }
    for (const [name, value] of xattrs) if (!isOverlayXattr(name)) own.push([name, value])
    const bytes = encodeXattrs(own)
    if (bytes === undefined) throw new UnfitForErofsError('an extended attribute of 64 KiB')
    return bytes
  }

  #inode(number: number, { entry, xattrs, chunks, bodyBytes, layout }: Record, offset: number): Inode {
    const { kind, attributes } = entry
    const common = { layout, number, xattrBytes: xattrs.length, links: this.#linksOf(number, kind) }
    if (kind === 'whiteout') {
      const modified = { seconds: 0, nanoseconds: 0 }
      const nobody = { mode: 0, uid: 0, gid: 0, sizeBytes: 0, modified, detail: 0 }
      return { ...common, ...nobody, kind: 'character-device' }
    }
    const { mode, uid, gid, modified } = attributes
    const sizeBytes = kind === 'file' ? attributes.sizeBytes : bodyBytes
    let detail = 0
    if (chunks !== undefined) detail = chunkFormat(chunks)
    else if (kind === 'character-device' || kind === 'block-device')
      detail = encodeDevice(lowerDevice(kind, attributes))
    else if (layout === layouts.plain && bodyBytes > 0) {
      detail = (alignTo(offset + inodeBytes + xattrs.length, blockBytes) / blockBytes) >>> 0
    }
    return { ...common, kind, mode, uid, gid, modified, sizeBytes, detail }
  }

  #linksOf(number: number, kind: LowerEntry['kind']): number {
    const { index } = this.#content
    if (kind !== 'directory') return this.#content.linksOf(number)
    const { start, end } = index.childRange(number)
    let links = 2
    for (let child = start; child < end; child += 1) if (index.kindOf(child) === 'directory') links += 1
    return links
  }
}

/** Inodes never lie across two blocks, and neither do data that are inline. */
function placeOf({ layout, xattrs, bodyBytes }: Record, end: number): number {
  const offset = alignTo(end, inodeBytes)
  const whole = layout === layouts.inline ? inodeBytes + xattrs.length + bodyBytes : inodeBytes
  return (offset % blockBytes) + whole > blockBytes ? alignTo(offset, blockBytes) : offset
}

const addressUnitBytes = 8

function bodyOffset({ layout, xattrs, bodyBytes }: Record, offset: number): number {
  const end = offset + inodeBytes + xattrs.length
  if (layout === layouts.chunks) return alignTo(end, addressUnitBytes)
  return layout === layouts.inline || bodyBytes === 0 ? end : alignTo(end, blockBytes)
}

/**
 * What ends in the middle of a block is followed by zeros up to its end, and what is inline by one at least: the kernel takes the last
 * name of a directory to end at a zero or with the block.
 */
function endOf({ layout, bodyBytes }: Record, offset: number): number {
  const end = offset + bodyBytes
  if (bodyBytes === 0 || layout === layouts.chunks) return end
  return layout === layouts.inline ? end + 1 : alignTo(end, blockBytes)
}

/** A piece of the image that is being written, over zeros. */
class Output {
  /** Where it begins in the image. */
  start = 0
  buffer = Buffer.alloc(0)

  begin(start: number, leastBytes: number): void {
    this.start = start
    this.buffer = Buffer.alloc(Math.max(pieceBytes, leastBytes) + imageUnitBytes)
  }

  /** Whether something that ends there fits in, with what may stand between it and the next. */
  fits(end: number): boolean {
    return end - this.start <= this.buffer.length - imageUnitBytes
  }

  /** The piece up to there. */
  take(end: number): Uint8Array {
    assert(end - this.start <= this.buffer.length, 'a piece of an image that is too long')
    return this.buffer.subarray(0, end - this.start)
  }
}
