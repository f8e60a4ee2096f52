import type { FileFate } from '../file-fate.ts'

/** One path, or all of a folder. */
export interface FileRow extends FileFate {
  /** How many paths it stands for. */
  readonly paths: number
}

interface Node {
  readonly path: string
  /** What is told of the path itself. */
  own: FileFate | undefined
  /** Undefined where nothing lies below: most paths are such, and a map takes more than all else of them. */
  below: Map<string, Node> | undefined
  /** What became of it and all below; undefined where that is `own` alone. */
  fates: Map<string, number> | undefined
  why: string | undefined
  paths: number
  sizeBytes: number
}

/**
 * What became of each path, in at most about `rowsMax` rows: a folder in which one thing happened for one reason is one row, unless it is a large part
 * of the whole; and where that is not enough, the smallest folders are one row each that tells how many there were of what. Of a folder that has more in it than there is room for, the
 * largest are told, and a row stands for the rest. No path is left out: `paths` adds up.
 */
export function fileRows(fates: Iterable<FileFate>, rowsMax: number): readonly FileRow[] {
  const root = emptyNode('/')
  for (const fate of fates) add(root, fate)
  if (root.paths === 0) return []
  const done: FileRow[] = []
  let open = [root]
  // The largest are opened first, level by level.
  while (open.length > 0) {
    const next: Node[] = []
    for (const node of open.toSorted((one, other) => weight(other) - weight(one))) {
      const isUniform = fatesOf(node).size === 1 && node.why !== undefined
      const below = node.below ?? nothing
      const isOne = below.size === 0 || (isUniform && weight(node) <= weight(root) / largeShare)
      // Half of what is left is for those that come after.
      const room = Math.floor((rowsMax - done.length - open.length - next.length) / 2)
      if (isOne || room < Math.min(below.size, childrenMin)) {
        done.push(toRow(node))
        continue
      }
      if (node.own !== undefined) done.push({ ...node.own, paths: 1 })
      const children = [...below.values()].toSorted((one, other) => weight(other) - weight(one))
      next.push(...children.slice(0, room))
      if (children.length > room) done.push(restRow(node, children.slice(room)))
    }
    open = next
  }
  return done.toSorted((one, other) => other.sizeBytes - one.sizeBytes || (one.path < other.path ? -1 : 1))
}

/** A folder with more than this part of all is looked into, whatever happened to it: it is what people want to know. */
const largeShare = 200

/** Fewer than these, and a row for the rest, say no more than the folder does. */
const childrenMin = 10

function restRow({ path }: Node, nodes: readonly Node[]): FileRow {
  const rest = { ...emptyNode(path), fates: new Map<string, number>() }
  for (const node of nodes) {
    const { why, paths, sizeBytes } = node
    rest.why = rest.paths === 0 || rest.why === why ? why : undefined
    rest.paths += paths
    rest.sizeBytes += sizeBytes
    for (const [fate, number] of fatesOf(node)) rest.fates.set(fate, (rest.fates.get(fate) ?? 0) + number)
  }
  return { ...toRow(rest), path: `${path === '/' ? '' : path}/ (the rest)` }
}

function add(root: Node, fate: FileFate): void {
  let node = root
  for (const name of fate.path.split('/').filter((each) => each !== '')) {
    countBelow(node, fate)
    node.below ??= new Map()
    let child = node.below.get(name)
    if (child === undefined) {
      child = emptyNode(node.path === '/' ? `/${name}` : `${node.path}/${name}`)
      node.below.set(name, child)
    }
    node = child
  }
  if (node.fates !== undefined) addFate(node.fates, fate.fate)
  sum(node, fate)
  node.own = fate
}

function countBelow(node: Node, fate: FileFate): void {
  node.fates ??= new Map(fatesOf(node))
  addFate(node.fates, fate.fate)
  sum(node, fate)
}

function addFate(fates: Map<string, number>, fate: string): void {
  fates.set(fate, (fates.get(fate) ?? 0) + 1)
}

function fatesOf({ fates, own }: Node): ReadonlyMap<string, number> {
  return fates ?? new Map(own === undefined ? [] : [[own.fate, 1]])
}

function sum(node: Node, { why, sizeBytes }: FileFate): void {
  node.why = node.paths === 0 || node.why === why ? why : undefined
  node.paths += 1
  node.sizeBytes += sizeBytes
}

const nothing: ReadonlyMap<string, Node> = new Map()

function emptyNode(path: string): Node {
  return { path, own: undefined, below: undefined, fates: undefined, why: undefined, paths: 0, sizeBytes: 0 }
}

function weight({ sizeBytes, paths }: Node): number {
  return sizeBytes + paths * 1000
}

function toRow(node: Node): FileRow {
  const shownNode = nearestFork(node)
  const { path, why, paths, sizeBytes, below = nothing } = shownNode
  const fates = fatesOf(shownNode)
  const [fate, ...others] = fates.keys()
  const shown = others.length === 0 ? (fate ?? 'kept') : 'mixed'
  const counts = Array.from(fates, ([each, number]) => `${number} ${each}`).join(', ')
  const isFolder = below.size > 0
  return {
    path: isFolder && path !== '/' ? `${path}/` : path,
    fate: shown,
    why: shown === 'mixed' ? counts : (why ?? 'several reasons'),
    ...{ paths, sizeBytes },
  }
}

/** A folder that holds nothing but one other says less than that one. */
function nearestFork(node: Node): Node {
  const [only, another] = node.below?.values() ?? []
  return node.own === undefined && only !== undefined && another === undefined ? nearestFork(only) : node
}
