import type { SourceEntry } from '../source-tree.ts'

/** How many symbolic links one path may lead through: the kernel's own bound (path_resolution(7)). */
const linksMax = 40

/**
 * What is at a path: links are followed inside of the tree, and `..` never leaves it. Undefined where there is nothing.
 *
 * @param childOf what a directory has under a name
 */
export async function resolveSource<Entry extends SourceEntry>(
  root: Entry,
  path: string,
  followLast: boolean,
  childOf: (directory: Entry, name: string) => Entry | undefined | Promise<Entry | undefined>,
): Promise<Entry | undefined> {
  const pending = componentsOf(path).toReversed()
  const walked: Entry[] = []
  let links = 0
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const current = walked.at(-1) ?? root
    if (current.kind !== 'directory') return undefined
    if (name === '.') continue
    if (name === '..') {
      walked.pop()
      continue
    }
    const child = await childOf(current, name)
    if (child === undefined) return undefined
    if (child.kind !== 'symbolic-link' || (pending.length === 0 && !followLast)) {
      walked.push(child)
      continue
    }
    links += 1
    if (links > linksMax) return undefined
    if (child.linkTarget.startsWith('/')) walked.length = 0
    pending.push(...componentsOf(child.linkTarget).toReversed())
  }
  return walked.at(-1) ?? root
}

/** A slash at the end asks for a directory, as `.` does. */
function componentsOf(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '')
  if (path.endsWith('/') && names.length > 0) names.push('.')
  return names
}
