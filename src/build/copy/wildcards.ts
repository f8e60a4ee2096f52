import { createPathMatcher, isPathPattern } from '../../dockerfile/path-matcher.ts'
import type { Job } from '../../std/job.ts'
import { BuildError } from '../errors.ts'
import type { SourceEntry, SourceTree } from '../source-tree.ts'

/** Whether a path has something that Go's `filepath.Match` does not take as it is. */
export function hasWildcards(path: string): boolean {
  for (let index = 0; index < path.length; index += 1) {
    const character = path.charAt(index)
    if (character === '\\') index += 1
    else if (character === '*' || character === '?' || character === '[') return true
  }
  return false
}

/** @throws BuildError `bad-build-option` for what is no pattern: it would match nothing, and nobody would be told. */
export function checkPattern(pattern: string): void {
  if (isPathPattern(pattern)) return
  throw new BuildError('bad-build-option', `${JSON.stringify(pattern)} is no pattern`, {
    hint: 'Close the brackets, or write \\[ for the character.',
  })
}

/**
 * The paths that a source with wildcards stands for, in the order of a walk, as BuildKit finds them (`ResolveWildcards` of fsutil): links
 * are followed up to the first component that has any, and not behind. Undefined where that beginning is not there.
 *
 * @param path absolute and clean
 * @throws BuildError `bad-build-option` for a component that is no pattern
 */
export async function matchWildcards(path: string, tree: SourceTree, job: Job): Promise<readonly string[] | undefined> {
  const components = path.split('/').filter((component) => component !== '')
  const first = components.findIndex(hasWildcards)
  for (const component of components.slice(first)) checkPattern(component)
  const beginning = await tree.lookup(`/${components.slice(0, first).join('/')}`, { followLast: true }, job)
  if (beginning === undefined) return undefined
  let found: readonly SourceEntry[] = [beginning]
  for (const component of components.slice(first)) {
    const matches = componentMatcher(component)
    const next: SourceEntry[] = []
    for (const entry of found) {
      if (entry.kind !== 'directory') continue
      for (const child of await tree.children(entry, job)) if (matches(baseName(child.path))) next.push(child)
    }
    found = next
  }
  return found.map((entry) => entry.path)
}

/** The last component of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** One component by the rules of `filepath.Match`. */
function componentMatcher(component: string): (name: string) => boolean {
  // Two stars mean no more than one there.
  const pattern = component.replace(/(\\.)|\*+/gs, (_, escaped: string | undefined) => escaped ?? '*')
  const matcher = createPathMatcher([{ pattern, isException: false }])
  return (name) => matcher.match(name, matcher.root).isMatched
}
