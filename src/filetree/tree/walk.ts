import { childrenIn, isDirectory, type Children, type Merged } from './merge.ts'

/** Something in the merged view and its path. */
export interface MergedPath {
  readonly path: string
  readonly merged: Merged
}

/** What lies in a directory, sorted by the bytes of the names. */
export function* childrenOf(place: MergedPath): Generator<MergedPath> {
  const folder = openFolder(place)
  for (let next = nextIn(folder); next !== undefined; next = nextIn(folder)) yield next
}

/** A place and everything under it: parents first, siblings sorted by the bytes of their names. */
export function* walk(start: MergedPath): Generator<MergedPath> {
  yield start
  const open = [openFolder(start)]
  for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
    const next = nextIn(folder)
    if (next === undefined) {
      open.pop()
      continue
    }
    yield next
    if (isDirectory(next.merged)) open.push(openFolder(next))
  }
}

interface OpenFolder {
  /** What the paths of its children begin with. */
  readonly prefix: string
  readonly children: Children
}

function openFolder({ path, merged }: MergedPath): OpenFolder {
  return { prefix: path === '/' ? path : `${path}/`, children: childrenIn(merged) }
}

function nextIn({ prefix, children }: OpenFolder): MergedPath | undefined {
  const merged = children.next()
  return merged === undefined
    ? undefined
    : { path: prefix + merged.attributes.index.nameOf(merged.attributes.number), merged }
}
