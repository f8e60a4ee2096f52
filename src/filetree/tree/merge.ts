import type { LayerIndex } from '../layer-index.ts'

/** One layer's entry for a path of the merged view. */
export interface Part {
  /** Counted from the lowest layer, 0. */
  readonly layer: number
  readonly index: LayerIndex
  readonly number: number
}

/**
 * What is at a path of the merged view. The merge is done anew for each look, one directory at a time. So opening an image
 * costs nothing beyond its indexes, and the view holds nothing of its own.
 */
export interface Merged {
  /**
   * Of a directory: the entries of single layers that give it its content, highest first, down to the first that hides what
   * is below. Of everything else: its one entry.
   */
  readonly parts: Parts
  /** The entry with the mode and owner: of a directory the highest that was written, or else the one that made it. */
  readonly attributes: Part
}

type Parts = readonly [Part, ...Part[]]

/** The root of a view over these indexes, lowest first. Undefined when there are none. */
export function mergedRoot(indexes: readonly LayerIndex[]): Merged | undefined {
  return mergeParts(indexes.map((index, layer) => ({ layer, index, number: 0 })).toReversed())
}

export function isDirectory({ parts: [top] }: Merged): boolean {
  return isDirectoryPart(top)
}

function onlyPart(part: Part): Merged {
  return { parts: [part], attributes: part }
}

/** What has this name in a directory. */
export function mergedChild(directory: Merged, name: Uint8Array): Merged | undefined {
  if (!isDirectory(directory)) return undefined
  const found: Part[] = []
  for (const { layer, index, number } of directory.parts) {
    const child = index.findChild(number, name)
    if (child !== undefined) found.push({ layer, index, number: child })
  }
  return mergeParts(found)
}

/** What lies in a directory, one after the other, sorted by the bytes of the names. */
export interface Children {
  /** Undefined behind the last. */
  next(): Merged | undefined
}

/** Everything in a directory; nothing for what is no directory. */
export function childrenIn(directory: Merged): Children {
  if (!isDirectory(directory)) return { next: () => undefined }
  return directory.parts.length === 1 ? new ChildrenOfOne(directory.parts[0]) : new MergedChildren(directory.parts)
}

/** Most directories are in one layer only. */
class ChildrenOfOne implements Children {
  readonly #layer: number
  readonly #index: LayerIndex
  readonly #end: number
  #number: number

  constructor({ layer, index, number }: Part) {
    const { start, end } = index.childRange(number)
    this.#layer = layer
    this.#index = index
    this.#number = start
    this.#end = end
  }

  next(): Merged | undefined {
    while (this.#number < this.#end) {
      const number = this.#number
      this.#number += 1
      if (this.#index.kindOf(number) !== 'whiteout') {
        return onlyPart({ layer: this.#layer, index: this.#index, number })
      }
    }
    return undefined
  }
}

class MergedChildren implements Children {
  readonly #cursors: readonly Cursor[]

  constructor(parts: Parts) {
    this.#cursors = parts.map((part) => ({ ...part, ...part.index.childRange(part.number) }))
  }

  next(): Merged | undefined {
    for (let least = leastOf(this.#cursors); least !== undefined; least = leastOf(this.#cursors)) {
      const merged = mergeParts(this.#take(least.index.nameBytesOf(least.start)))
      if (merged !== undefined) return merged
    }
    return undefined
  }

  /** What the layers have of this name, highest first. */
  #take(name: Uint8Array): readonly Part[] {
    const candidates: Part[] = []
    for (const cursor of this.#cursors) {
      if (cursor.start === cursor.end || cursor.index.compareName(cursor.start, name) !== 0) continue
      candidates.push({ layer: cursor.layer, index: cursor.index, number: cursor.start })
      cursor.start += 1
    }
    return candidates
  }
}

/** How far the children of one layer's directory have been taken. */
interface Cursor {
  readonly layer: number
  readonly index: LayerIndex
  start: number
  readonly end: number
}

/** The cursor at the name that comes first. */
function leastOf(cursors: readonly Cursor[]): Cursor | undefined {
  let least: Cursor | undefined
  for (const cursor of cursors) {
    if (cursor.start === cursor.end) continue
    if (least === undefined || cursor.index.compareName(cursor.start, least.index.nameBytesOf(least.start)) < 0) {
      least = cursor
    }
  }
  return least
}

/** Applies whiteouts, opaque directories and replacement to the entries that layers have for one path, highest first. */
function mergeParts(candidates: readonly Part[]): Merged | undefined {
  const [top, ...lower] = candidates
  if (top === undefined || top.index.kindOf(top.number) === 'whiteout') return undefined
  if (!isDirectoryPart(top)) return onlyPart(top)
  const parts: [Part, ...Part[]] = [top]
  let attributes = top
  let isOpaque = top.index.isOpaque(top.number)
  for (const part of lower) {
    const isWritten = !attributes.index.isImplied(attributes.number)
    if ((isOpaque && isWritten) || !isDirectoryPart(part)) break
    if (!isOpaque) parts.push(part)
    if (!isWritten) attributes = part
    isOpaque ||= part.index.isOpaque(part.number)
  }
  return { parts, attributes }
}

function isDirectoryPart({ index, number }: Part): boolean {
  return index.kindOf(number) === 'directory'
}
