import { encodePathText } from '../../std/path-text.ts'
import { splitPath } from '../index/layer-path.ts'
import { followHardLink, type HardLinks } from './hard-links.ts'
import { isDirectory, mergedChild, type Merged } from './merge.ts'
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
 */
export function resolvePlace(
  root: Merged | undefined,
  hardLinks: HardLinks,
  path: string,
  followLast: boolean,
): MergedPath | undefined {
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
    const found = mergedChild(current, encodePathText(name))
    if (found === undefined) return undefined
    const child = followHardLink(hardLinks, found)
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

/** A slash at the end asks for a directory, as `.` does. */
function components(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '')
  if (path.endsWith('/') && names.length > 0) names.push('.')
  return names
}

function symbolicTarget({ attributes: { index, number } }: Merged): string | undefined {
  return index.kindOf(number) === 'symbolic-link' ? index.entryAt(number, '').linkTarget : undefined
}
