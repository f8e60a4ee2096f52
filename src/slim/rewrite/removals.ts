import type { PlannedRemoval } from '../copy-plan.ts'
import type { PathNode } from './path-node.ts'
import type { StageTools } from './stage-tools.ts'

/** One pattern pays from so many paths on. */
const pathsPerPatternMin = 3
/** A few licences among hundreds of other documents are named rather than each of those. */
const namesPerExceptionMin = 20
/** So many small files are left where they are before they are removed one by one. */
const smallRemovalsMax = 10
const smallBytes = 4096
/** Dockerfiles go one by one. */
const dockerfile = /(?:^|[/.])Dockerfile$/i

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
  if (node.dropped.paths === 0) {
    return { removal: { directory: node.path, names: [], exceptions: [], paths: [], prefixes: [] }, tolerated: [] }
  }
  const dropped: PathNode[] = []
  // find(1) looks at the directory itself, too.
  const kept: PathNode[] = [node]
  collect(node, dropped, kept)
  const { names, exceptions } = hasFind ? chooseNames(dropped, kept) : { names: [], exceptions: [] }
  const matches = nameMatcher(names)
  const single = dropped.filter(({ name }) => !matches(name))
  const isSmall = (each: PathNode): boolean => each.isTolerable && each.dropped.bytes < smallBytes
  const leavesSmall = single.filter(isSmall).length > smallRemovalsMax
  const isLeft = (each: PathNode): boolean => !each.isNameable || (leavesSmall && isSmall(each))
  const removed = single.flatMap((each) => (isLeft(each) ? [] : [each.path]))
  const isPrefix = (path: string): boolean => dockerfile.test(path) && !kept.some((each) => each.path.startsWith(path))
  const [paths, prefixes] = [removed.filter((path) => !isPrefix(path)), removed.filter(isPrefix)]
  return { removal: { directory: node.path, names, exceptions, paths, prefixes }, tolerated: single.filter(isLeft) }
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

/** Names and extensions of several dropped paths, and of no kept one but a few files. */
function chooseNames(
  dropped: readonly PathNode[],
  kept: readonly PathNode[],
): Pick<PlannedRemoval, 'names' | 'exceptions'> {
  const counts = new Map<string, number>()
  for (const child of dropped) {
    for (const key of new Set([keyOf(child), child.name])) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const inTheWay = new Map<string, PathNode[]>()
  for (const each of kept) {
    for (const key of [each.name, `*${extensionOf(each.name)}`]) {
      if (counts.has(key)) inTheWay.set(key, [...(inTheWay.get(key) ?? []), each])
    }
  }
  const pays = ([key, count]: readonly [string, number]): boolean => {
    const others = inTheWay.get(key) ?? []
    if (count < Math.max(pathsPerPatternMin, others.length * namesPerExceptionMin)) return false
    return others.every(({ entry, path }) => entry.kind !== 'directory' && isPlain(path))
  }
  const often = [...counts].filter(
    (each) => isPlain(each[0].replace(/^\*\./, '')) && !dockerfile.test(each[0]) && pays(each),
  )
  const extensions = often.flatMap(([key]) => (key.startsWith('*') ? [key] : []))
  const covered = new Set(extensions)
  const whole = often.flatMap(([key]) => (key.startsWith('*') || covered.has(`*${extensionOf(key)}`) ? [] : [key]))
  const names = [...extensions, ...whole].toSorted()
  const droppedNames = new Set(dropped.map(({ name }) => name))
  const exceptionOf = ({ name, path }: PathNode): string => (droppedNames.has(name) ? path : name)
  const exceptions = new Set(names.flatMap((name) => (inTheWay.get(name) ?? []).map(exceptionOf)))
  return { names, exceptions: [...exceptions].toSorted() }
}

/** Whether find(1) and a shell take a text as it is. */
function isPlain(text: string): boolean {
  return /^[\w./@+-]+$/.test(text)
}

/** Whether find(1) would take a name for one of these. */
export function nameMatcher(names: readonly string[]): (name: string) => boolean {
  const whole = new Set(names)
  return (name) => whole.has(name) || whole.has(`*${extensionOf(name)}`)
}
