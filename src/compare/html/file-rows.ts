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
  readonly below: Map<string, Node>
  readonly fates: Map<string, number>
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
      const isUniform = node.fates.size === 1 && node.why !== undefined
      const isOne = node.below.size === 0 || (isUniform && weight(node) <= weight(root) / largeShare)
      // Half of what is left is for those that come after.
      const room = Math.floor((rowsMax - done.length - open.length - next.length) / 2)
      if (isOne || room < Math.min(node.below.size, childrenMin)) {
        done.push(toRow(node))
        continue
      }
      if (node.own !== undefined) done.push({ ...node.own, paths: 1 })
      const children = [...node.below.values()].toSorted((one, other) => weight(other) - weight(one))
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
  const rest = emptyNode(path)
  for (const { fates, why, paths, sizeBytes } of nodes) {
    rest.why = rest.paths === 0 || rest.why === why ? why : undefined
    rest.paths += paths
    rest.sizeBytes += sizeBytes
    for (const [fate, number] of fates) rest.fates.set(fate, (rest.fates.get(fate) ?? 0) + number)
  }
  return { ...toRow(rest), path: `${path === '/' ? '' : path}/ (the rest)` }
}

function add(root: Node, fate: FileFate): void {
  let node = root
  count(node, fate)
  for (const name of fate.path.split('/').filter((each) => each !== '')) {
    let child = node.below.get(name)
    if (child === undefined) {
      child = emptyNode(node.path === '/' ? `/${name}` : `${node.path}/${name}`)
      node.below.set(name, child)
    }
    node = child
    count(node, fate)
  }
  node.own = fate
}

function count(node: Node, { fate, why, sizeBytes }: FileFate): void {
  node.why = node.paths === 0 || node.why === why ? why : undefined
  node.paths += 1
  node.sizeBytes += sizeBytes
  node.fates.set(fate, (node.fates.get(fate) ?? 0) + 1)
}

function emptyNode(path: string): Node {
  return { path, own: undefined, below: new Map(), fates: new Map(), why: undefined, paths: 0, sizeBytes: 0 }
}

function weight({ sizeBytes, paths }: Node): number {
  return sizeBytes + paths * 1000
}

function toRow(node: Node): FileRow {
  const { path, fates, why, paths, sizeBytes, below } = nearestFork(node)
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
  const [only, another] = node.below.values()
  return node.own === undefined && only !== undefined && another === undefined ? nearestFork(only) : node
}
