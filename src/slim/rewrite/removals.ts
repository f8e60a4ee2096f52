import type { PlannedRemoval } from '../copy-plan.ts'
import type { PathNode } from './path-node.ts'
import type { StageTools } from './stage-tools.ts'

/** One pattern pays from so many paths on. */
const pathsPerPatternMin = 3
/** So many small files are left where they are before they are removed one by one. */
const smallRemovalsMax = 10
const smallBytes = 4096

/** What a name has in common with others: `*.md`, or the whole name. */
function keyOf({ name, entry }: PathNode): string {
  const extension = extensionOf(name)
  return entry.kind !== 'file' || extension.length < 2 || extension === name ? name : `*${extension}`
}

/** With the dot; of `.profile` all of it. */
function extensionOf(name: string): string {
  const at = name.lastIndexOf('.')
  return at === -1 ? '' : name.slice(at)
}

/** What is left, and what goes. */
export interface Removals {
  readonly removal: PlannedRemoval
  readonly tolerated: readonly PathNode[]
}

/**
 * Says how what is dropped goes out of a directory: by names that nothing has that is kept, as far as those pay, and else one by one. A few
 * small files more or less are left.
 */
export function planRemovals(node: PathNode, { hasFind }: StageTools): Removals {
  if (node.dropped.paths === 0) return { removal: { directory: node.path, names: [], paths: [] }, tolerated: [] }
  const dropped: PathNode[] = []
  // find(1) looks at the directory itself, too.
  const kept: PathNode[] = [node]
  collect(node, dropped, kept)
  const names = hasFind ? chooseNames(dropped, kept) : []
  const matches = nameMatcher(names)
  const single = dropped.filter(({ name }) => !matches(name))
  const isSmall = (each: PathNode): boolean => each.isTolerable && each.dropped.bytes < smallBytes
  const leavesSmall = single.filter(isSmall).length > smallRemovalsMax
  const isLeft = (each: PathNode): boolean => !each.isNameable || (leavesSmall && isSmall(each))
  return {
    removal: { directory: node.path, names, paths: single.flatMap((each) => (isLeft(each) ? [] : [each.path])) },
    tolerated: single.filter(isLeft),
  }
}

function collect(node: PathNode, dropped: PathNode[], kept: PathNode[]): void {
  for (const child of node.children) {
    if (child.isDropped) {
      dropped.push(child)
      continue
    }
    kept.push(child)
    collect(child, dropped, kept)
  }
}

/** Names and extensions of several dropped paths, and of no kept one. */
function chooseNames(dropped: readonly PathNode[], kept: readonly PathNode[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const child of dropped) {
    for (const key of new Set([keyOf(child), child.name])) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  for (const { name } of kept) {
    counts.delete(name)
    counts.delete(`*${extensionOf(name)}`)
  }
  const isPlain = (key: string): boolean => /^(?:\*\.)?[\w.@+-]+$/.test(key)
  const often = [...counts].filter(([key, count]) => count >= pathsPerPatternMin && isPlain(key))
  const extensions = often.flatMap(([key]) => (key.startsWith('*') ? [key] : []))
  const covered = new Set(extensions)
  const whole = often.flatMap(([key]) => (key.startsWith('*') || covered.has(`*${extensionOf(key)}`) ? [] : [key]))
  return [...extensions, ...whole].toSorted()
}

/** Whether find(1) would take a name for one of these. */
export function nameMatcher(names: readonly string[]): (name: string) => boolean {
  const whole = new Set(names)
  return (name) => whole.has(name) || whole.has(`*${extensionOf(name)}`)
}
