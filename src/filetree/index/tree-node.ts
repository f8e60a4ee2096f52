/** One path of a layer while its tar is read. */
export interface TreeNode {
  readonly name: string
  readonly parent: TreeNode | undefined
  /** Of directories that have any. */
  children: Map<string, TreeNode> | undefined
  /** Its attributes in the entry table. Hard links share one. */
  row: number
  /** A whiteout stands for this path, beside the entry that may be here. */
  isWhitedOut: boolean
  /** An opaque marker stands in this directory. */
  isOpaque: boolean
  /** Where a symbolic link leads; undefined for everything else. */
  target: string | undefined
}

export function createNode(name: string, parent: TreeNode | undefined, row: number): TreeNode {
  return { name, parent, children: undefined, row, isWhitedOut: false, isOpaque: false, target: undefined }
}

export function addChild(parent: TreeNode, name: string, row: number): TreeNode {
  const node = createNode(name, parent, row)
  parent.children ??= new Map()
  parent.children.set(name, node)
  return node
}

/** `/usr/bin/env`, for messages. */
export function pathOfNode(node: TreeNode): string {
  const names: string[] = []
  for (let each: TreeNode | undefined = node; each.parent !== undefined; each = each.parent) names.push(each.name)
  return `/${names.toReversed().join('/')}`
}
