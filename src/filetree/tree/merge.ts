import type { LayerIndex } from '../layer-index.ts'

/** One layer's entry for a path of the merged view. */
export interface Part {
  /** Counted from the lowest layer, 0. */
  readonly layer: number
  readonly index: LayerIndex
  readonly number: number
}

/**
 * What is at a path of the merged view: the entries of single layers that make it up, highest first, never none. A
 * directory is made up of all that layers have for it down to the first that hides what is below; everything else is one
 * entry.
 *
 * The merge is done anew for each look, one directory at a time. So opening an image costs nothing beyond its indexes, and
 * the view holds nothing of its own.
 */
export type Parts = readonly [Part, ...Part[]]

/** The root of a view over these indexes, lowest first. Undefined when there are none. */
export function rootParts(indexes: readonly LayerIndex[]): Parts | undefined {
  return mergeParts(indexes.map((index, layer) => ({ layer, index, number: 0 })).toReversed())
}

export function isDirectory([top]: Parts): boolean {
  return top.index.kindOf(top.number) === 'directory'
}

/** The entry that gives a directory its mode and owner: the highest that a layer has written. */
export function visiblePart(parts: Parts): Part {
  return parts.find(({ index, number }) => !index.isImplied(number)) ?? parts[0]
}

/** What has this name in a directory. */
export function childParts(directory: Parts, name: Uint8Array): Parts | undefined {
  if (!isDirectory(directory)) return undefined
  const found: Part[] = []
  for (const { layer, index, number } of directory) {
    const child = index.findChild(number, name)
    if (child !== undefined) found.push({ layer, index, number: child })
  }
  return mergeParts(found)
}

/** Everything in a directory, sorted by the bytes of the names. */
export function* eachChild(directory: Parts): Generator<Parts> {
  if (!isDirectory(directory)) return
  if (directory.length === 1) {
    yield* eachChildOfOne(directory[0])
    return
  }
  const cursors: Cursor[] = directory.map((part) => ({ ...part, ...part.index.childRange(part.number) }))
  for (;;) {
    const least = leastOf(cursors)
    if (least === undefined) return
    const name = least.index.nameBytesOf(least.start)
    const candidates: Part[] = []
    for (const cursor of cursors) {
      if (cursor.start === cursor.end || cursor.index.compareName(cursor.start, name) !== 0) continue
      candidates.push({ layer: cursor.layer, index: cursor.index, number: cursor.start })
      cursor.start += 1
    }
    const parts = mergeParts(candidates)
    if (parts !== undefined) yield parts
  }
}

/** Most directories are in one layer only. */
function* eachChildOfOne({ layer, index, number }: Part): Generator<Parts> {
  const { start, end } = index.childRange(number)
  for (let child = start; child < end; child += 1) {
    if (index.kindOf(child) !== 'whiteout') yield [{ layer, index, number: child }]
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
function mergeParts(candidates: readonly Part[]): Parts | undefined {
  const [top, ...lower] = candidates
  if (top === undefined || top.index.kindOf(top.number) === 'whiteout') return undefined
  const parts: [Part, ...Part[]] = [top]
  if (!isDirectory(parts) || top.index.isOpaque(top.number)) return parts
  for (const part of lower) {
    if (part.index.kindOf(part.number) !== 'directory') break
    parts.push(part)
    if (part.index.isOpaque(part.number)) break
  }
  return parts
}
