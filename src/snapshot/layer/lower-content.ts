import { createHash } from 'node:crypto'
import type { FileAttributes, FileEntry, FileKind } from '../../filetree/file-entry.ts'
import { mergeLayers } from '../../filetree/file-tree.ts'
import type { IndexedLayer } from '../../filetree/index-layer.ts'
import type { LayerIndex } from '../../filetree/layer-index.ts'
import { assert } from '../../std/assert.ts'

/** An entry of a layer as a file system below others has to hold it. */
export interface LowerEntry {
  readonly kind: FileKind | 'whiteout'
  readonly attributes: FileAttributes
  /** Whose tar has the content of a file. */
  readonly source: IndexedLayer
}

/**
 * One layer as overlayfs wants to have it:
 *
 * - It takes a directory's attributes from the highest layer that has it. So a directory that the layer only implies has the
 *   attributes that lower layers gave it.
 * - It cannot link across layers. So a hard link to a file of a lower layer is that file once more.
 * - It lists a directory that one layer alone has as it is, with whiteouts. So a whiteout of what is not there is left out.
 */
export interface LowerContent {
  readonly layer: IndexedLayer
  readonly index: LayerIndex
  entry(number: number): LowerEntry
  /** That of {@link LowerContent.entry}, for less. */
  kindOf(number: number): LowerEntry['kind']
  /** Whether it is a whiteout of nothing. */
  isLeftOut(number: number): boolean
  /** The number of the first entry that is the same file: its own, but for hard links. All whiteouts are one. */
  inodeOf(number: number): number
  /** How many names a file has. */
  linksOf(number: number): number
  /**
   * Tells what the content is apart from that of the same layer above others: empty where it is the same above all, and else a
   * digest of the layers below, in hexadecimal digits.
   */
  readonly context: string
}

/** The content of the layer at a position (0 is the lowest). */
export function lowerContent(layers: readonly IndexedLayer[], position: number): LowerContent {
  const layer = layers[position]
  assert(layer !== undefined, `no layer ${position}`)
  const { index } = layer
  const borrowed = borrowedNumbers(index)
  let found: Found | undefined
  const findings = (): Found => (found ??= findBelow(layers, position, borrowed))
  let counted: Inodes | undefined
  const inodes = (): Inodes => (counted ??= countInodes(index, findings()))
  return {
    layer,
    index,
    entry(number) {
      const other = borrowed.length === 0 ? undefined : findings().entries.get(number)
      if (other === undefined)
        return { kind: ownKind(index, number), attributes: index.entryAt(number, ''), source: layer }
      return { kind: other.kind, attributes: other, source: layers[other.layer] ?? layer }
    },
    kindOf(number) {
      const kind = index.kindOf(number)
      return kind === 'hard-link' ? (findings().entries.get(number)?.kind ?? 'file') : kind
    },
    isLeftOut: (number) => borrowed.length > 0 && findings().leftOut.has(number),
    inodeOf: (number) => inodes().first[number] ?? number,
    linksOf: (number) => inodes().links[number] ?? 1,
    context: borrowed.length === 0 ? '' : digestBelow(layers, position),
  }
}

function ownKind(index: LayerIndex, number: number): FileKind | 'whiteout' {
  const kind = index.kindOf(number)
  assert(kind !== 'hard-link', 'a hard link that was not followed')
  return kind
}

/** What lower layers decide. The root is none of them: that of a mount is the upper directory, which gets the right attributes itself. */
function borrowedNumbers(index: LayerIndex): readonly number[] {
  const numbers: number[] = []
  for (let number = 1; number < index.entryCount; number += 1) {
    const kind = index.kindOf(number)
    if (kind === 'hard-link' || kind === 'whiteout' || index.isImplied(number)) numbers.push(number)
  }
  return numbers
}

/** What lower layers have decided. */
interface Found {
  readonly entries: ReadonlyMap<number, FileEntry>
  /** Whiteouts of nothing. */
  readonly leftOut: ReadonlySet<number>
}

function findBelow(layers: readonly IndexedLayer[], position: number, numbers: readonly number[]): Found {
  const entries = new Map<number, FileEntry>()
  const leftOut = new Set<number>()
  const index = layers[position]?.index
  if (index === undefined || numbers.length === 0) return { entries, leftOut }
  const tree = mergeLayers(layers.slice(0, position + 1))
  const below = mergeLayers(layers.slice(0, position))
  for (const number of numbers) {
    const path = index.pathOf(number)
    if (index.kindOf(number) === 'whiteout') {
      if (liesInOpaque(index, number) || below.get(path) === undefined) leftOut.add(number)
      continue
    }
    const entry = tree.get(path)
    assert(entry !== undefined, 'an entry of the highest layer is not in the merged view')
    entries.set(number, entry)
  }
  return { entries, leftOut }
}

function liesInOpaque(index: LayerIndex, number: number): boolean {
  for (let each = number; each !== 0;) {
    each = index.parentOf(each)
    if (index.isOpaque(each)) return true
  }
  return false
}

interface Inodes {
  readonly first: Uint32Array
  readonly links: Uint32Array
}

function countInodes(index: LayerIndex, { entries, leftOut }: Found): Inodes {
  const first = new Uint32Array(index.entryCount)
  const links = new Uint32Array(index.entryCount)
  const firstOfLower = new Map<number, number>()
  let whiteout: number | undefined
  for (let number = 0; number < index.entryCount; number += 1) {
    const kind = index.kindOf(number)
    let inode = index.inodeOf(number)
    if (kind === 'whiteout' && !leftOut.has(number)) inode = whiteout ??= number
    const lower = kind === 'hard-link' ? entries.get(inode)?.inode : undefined
    if (lower !== undefined) {
      inode = firstOfLower.get(lower) ?? number
      firstOfLower.set(lower, inode)
    }
    first[number] = inode
    links[inode] = (links[inode] ?? 0) + 1
  }
  return { first, links }
}

const contextDigits = 16

function digestBelow(layers: readonly IndexedLayer[], position: number): string {
  const hash = createHash('sha256')
  for (const { index } of layers.slice(0, position)) hash.update(`${index.diffId}\n`)
  return hash.digest('hex').slice(0, contextDigits)
}
