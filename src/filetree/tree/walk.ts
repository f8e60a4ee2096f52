import { eachChild, isDirectory, type Parts } from './merge.ts'

/** Something in the merged view and its path. */
export interface PathParts {
  readonly path: string
  readonly parts: Parts
}

/** What lies in a directory, sorted by the bytes of the names. */
export function* childrenOf({ path, parts }: PathParts): Generator<PathParts> {
  const prefix = path === '/' ? path : `${path}/`
  for (const child of eachChild(parts)) {
    const [{ index, number }] = child
    yield { path: prefix + index.nameOf(number), parts: child }
  }
}

/** A place and everything under it: parents first, siblings sorted by the bytes of their names. */
export function* walk(start: PathParts): Generator<PathParts> {
  yield start
  const open = [childrenOf(start)]
  for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
    const next = folder.next()
    if (next.done === true) {
      open.pop()
      continue
    }
    yield next.value
    if (isDirectory(next.value.parts)) open.push(childrenOf(next.value))
  }
}
