import { splitPath } from './layer-path.ts'
import type { TreeNode } from './tree-node.ts'

/** How many symbolic links one path may lead through: the kernel's own bound (path_resolution(7)). */
const linksMax = 40

/** Raised for a path that leads through more than 40 symbolic links. */
export class TooManyLinksError extends Error {
  constructor() {
    super(`a path through more than ${linksMax} symbolic links`)
  }
}

/**
 * Where a path of folders leads when the layer's own symbolic links are followed, as names without links and `..`. Links
 * and `..` never leave the root. What is not in the layer is taken by its name.
 *
 * @throws TooManyLinksError
 */
export function followFolders(root: TreeNode, folders: readonly string[]): string[] {
  const pending = folders.toReversed()
  const names: string[] = []
  const nodes: (TreeNode | undefined)[] = [root]
  let links = 0
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '..') {
      if (names.pop() !== undefined) nodes.pop()
      continue
    }
    const child = nodes.at(-1)?.children?.get(name)
    if (child?.target === undefined) {
      names.push(name)
      nodes.push(child)
      continue
    }
    links += 1
    if (links > linksMax) throw new TooManyLinksError()
    if (child.target.startsWith('/')) {
      names.length = 0
      nodes.length = 1
    }
    pending.push(...splitPath(child.target).toReversed())
  }
  return names
}

/** The node under these names, without following links. */
export function nodeAt(root: TreeNode, names: readonly string[]): TreeNode | undefined {
  let node: TreeNode | undefined = root
  for (const name of names) node = node?.children?.get(name)
  return node
}
