import { encodePathText } from '../../std/path-text.ts'
import type { LayerIndex } from '../layer-index.ts'
import { decodeText, readRecord } from '../index/heap.ts'
import { splitPath } from '../index/layer-path.ts'
import { mergedChild, isDirectory, mergedRoot, type Merged } from './merge.ts'
import type { MergedPath } from './walk.ts'

/** How many symbolic links one path may lead through: the kernel's own bound (path_resolution(7)). */
const linksMax = 40

/** What is at exactly this path; no link is followed. */
export function placeAt(root: Merged, path: string): MergedPath | undefined {
  const names = splitPath(path)
  let merged = root
  for (const name of names) {
    const child = mergedChild(merged, encodePathText(name))
    if (child === undefined) return undefined
    merged = child
  }
  return { path: `/${names.join('/')}`, merged }
}

/**
 * What the kernel finds at a path for a process whose root this is (path_resolution(7)): links are followed inside the root
 * and `..` never leaves it. Undefined where the kernel has ENOENT, ENOTDIR or ELOOP.
 *
 * @param indexes of the view's layers, lowest first.
 */
export function resolvePlace(
  indexes: readonly LayerIndex[],
  path: string,
  followLast: boolean,
): MergedPath | undefined {
  const root = mergedRoot(indexes)
  if (root === undefined) return undefined
  const pending = components(path).toReversed()
  const names: string[] = []
  const walked: Merged[] = []
  let links = 0
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const current = walked.at(-1) ?? root
    if (!isDirectory(current)) return undefined
    if (name === '.') continue
    if (name === '..') {
      names.pop()
      walked.pop()
      continue
    }
    const child = followHardLink(indexes, mergedChild(current, encodePathText(name)))
    if (child === undefined) return undefined
    const target = pending.length > 0 || followLast ? symbolicTarget(child) : undefined
    if (target === undefined) {
      names.push(name)
      walked.push(child)
      continue
    }
    links += 1
    if (links > linksMax) return undefined
    if (target.startsWith('/')) names.length = walked.length = 0
    pending.push(...components(target).toReversed())
  }
  return { path: `/${names.join('/')}`, merged: walked.at(-1) ?? root }
}

/**
 * The file that is meant by a hard link to a lower layer, as that layer found it there; everything else as it is.
 * Undefined for a link that leads nowhere.
 */
export function followHardLink(indexes: readonly LayerIndex[], merged: Merged | undefined): Merged | undefined {
  let found = merged
  while (found !== undefined && found.attributes.index.kindOf(found.attributes.number) === 'hard-link') {
    const { layer, index, number } = found.attributes
    found = resolvePlace(indexes.slice(0, layer), linkTarget(index, number), false)?.merged
    if (found !== undefined && isDirectory(found)) return undefined
  }
  return found
}

/** A slash at the end asks for a directory, as `.` does. */
function components(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '')
  if (path.endsWith('/') && names.length > 0) names.push('.')
  return names
}

function symbolicTarget({ attributes: { index, number } }: Merged): string | undefined {
  return index.kindOf(number) === 'symbolic-link' ? linkTarget(index, number) : undefined
}

function linkTarget({ data }: LayerIndex, number: number): string {
  const record = readRecord(data.heap, data.attributes.detail[number] ?? 0)
  return record === undefined ? '' : decodeText(record)
}
