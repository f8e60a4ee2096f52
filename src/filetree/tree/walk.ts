import { eachChild, isDirectory, type Merged } from './merge.ts'

/** Something in the merged view and its path. */
export interface MergedPath {
  readonly path: string
  readonly merged: Merged
}

/** What lies in a directory, sorted by the bytes of the names. */
export function* childrenOf({ path, merged }: MergedPath): Generator<MergedPath> {
  const prefix = path === '/' ? path : `${path}/`
  for (const child of eachChild(merged)) {
    const { index, number } = child.attributes
    yield { path: prefix + index.nameOf(number), merged: child }
  }
}

/** A place and everything under it: parents first, siblings sorted by the bytes of their names. */
export function* walk(start: MergedPath): Generator<MergedPath> {
  yield start
  const open = [childrenOf(start)]
  for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
    const next = folder.next()
    if (next.done === true) {
      open.pop()
      continue
    }
    yield next.value
    if (isDirectory(next.value.merged)) open.push(childrenOf(next.value))
  }
}
