import { hash } from 'node:crypto'
import type { Digest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { encodePathText } from '../../std/path-text.ts'
import {
  attributeBytes,
  attributeColumns,
  checksumBytes,
  digestBytes,
  entryFlags,
  headerBytes,
  indexFileBytes,
  kindNumbers,
  treeColumns,
  writeHeader,
  type AttributeColumns,
} from './format.ts'
import type { LayerTree } from './layer-tree.ts'
import { isAufsFolder, nameByteLength } from './layer-path.ts'
import type { TreeNode } from './tree-node.ts'

/** What Node reads in one call. */
const indexBytesMax = 2 ** 31 - 1

interface NodeOrder {
  /** Breadth-first, siblings by the bytes of their names. */
  readonly nodes: readonly TreeNode[]
  /** For each node where its children begin, and the count of all. */
  readonly childStart: readonly number[]
}

/**
 * The index file of a layer: see `format.ts`.
 *
 * @throws ImageError `too-large` when it would have more than 2 GiB.
 */
export function encodeLayerIndex(tree: LayerTree, diffId: Digest, tarBytes: number): ArrayBuffer {
  const { nodes, childStart } = orderNodes(tree.root)
  const heap = tree.table.heap.bytes()
  const entryCount = nodes.length
  const namesBytes = nodes.reduce((sum, node) => sum + nameByteLength(node.name), 0)
  const header = { entryCount, namesBytes, heapBytes: heap.length, tarBytes, diffId }
  const fileBytes = indexFileBytes(header)
  if (fileBytes > indexBytesMax)
    throw new ImageError('too-large', `layer ${diffId}: its index takes ${fileBytes} bytes`)

  const buffer = new ArrayBuffer(fileBytes)
  writeHeader(buffer, header)
  const attributes = attributeColumns(buffer, headerBytes, entryCount)
  for (const [number, node] of nodes.entries()) copyAttributes(tree.table.columns, node, attributes, number)
  const treeOffset = headerBytes + attributeBytes(entryCount)
  const columns = treeColumns(buffer, treeOffset, entryCount)
  columns.childStart.set(childStart)
  columns.inode.set(inodeNumbers(nodes, tree.table.count))
  fillParents(columns.parent, columns.childStart)
  const bytes = Buffer.from(buffer)
  const heapOffset = fileBytes - checksumBytes - heap.length
  fillNames(bytes.subarray(heapOffset - namesBytes, heapOffset), columns.nameStart, nodes)
  bytes.set(heap, heapOffset)
  bytes.set(hash('sha256', bytes.subarray(0, fileBytes - checksumBytes), 'buffer'), fileBytes - checksumBytes)
  return buffer
}

function orderNodes(root: TreeNode): NodeOrder {
  const nodes = [root]
  const childStart: number[] = []
  for (const node of nodes) {
    childStart.push(nodes.length)
    if (node.children === undefined) continue
    const children = [...node.children.values()].filter((child) => node !== root || !isAufsFolder(child.name))
    for (const child of sortedByName(children)) nodes.push(child)
  }
  childStart.push(nodes.length)
  return { nodes, childStart }
}

/** Text sorts as its UTF-8 bytes do unless there are surrogates in it. */
function sortedByName(nodes: TreeNode[]): TreeNode[] {
  if (nodes.some((node) => /[\ud800-\udfff]/.test(node.name))) {
    return nodes.sort((a, b) => Buffer.compare(encodePathText(a.name), encodePathText(b.name)))
  }
  return nodes.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function copyAttributes(from: AttributeColumns, node: TreeNode, to: AttributeColumns, number: number): void {
  const { row } = node
  to.sizeBytes[number] = from.sizeBytes[row] ?? 0
  to.dataOffsetBytes[number] = from.dataOffsetBytes[row] ?? 0
  to.modifiedSeconds[number] = from.modifiedSeconds[row] ?? 0
  to.modifiedNanoseconds[number] = from.modifiedNanoseconds[row] ?? 0
  to.uid[number] = from.uid[row] ?? 0
  to.gid[number] = from.gid[row] ?? 0
  to.detail[number] = from.detail[row] ?? 0
  to.xattrs[number] = from.xattrs[row] ?? 0
  to.mode[number] = from.mode[row] ?? 0
  to.kind[number] = from.kind[row] ?? 0
  to.flags[number] = flagsOf(from, node)
  const digest = from.digest.subarray(row * digestBytes, (row + 1) * digestBytes)
  to.digest.set(digest, number * digestBytes)
}

/** A directory in the place of a whiteout has nothing in common with what it replaces, not even attributes. */
function flagsOf(from: AttributeColumns, { row, isWhitedOut, isOpaque }: TreeNode): number {
  if (from.kind[row] !== kindNumbers.directory) return 0
  const implied = isWhitedOut ? 0 : (from.flags[row] ?? 0)
  return isWhitedOut || isOpaque ? implied | entryFlags.opaque : implied
}

/** For each node the number of the first that has the same row. */
function inodeNumbers(nodes: readonly TreeNode[], rowCount: number): Uint32Array {
  const none = 0xffff_ffff
  const firstOfRow = new Uint32Array(rowCount).fill(none)
  return Uint32Array.from(nodes, ({ row }, number) => {
    if (firstOfRow[row] === none) firstOfRow[row] = number
    return firstOfRow[row] ?? number
  })
}

function fillParents(parent: Uint32Array, childStart: Uint32Array): void {
  for (let number = 0; number < parent.length; number += 1) {
    parent.fill(number, childStart[number], childStart[number + 1])
  }
}

function fillNames(bytes: Buffer, nameStart: Uint32Array, nodes: readonly TreeNode[]): void {
  let end = 0
  for (const [number, { name }] of nodes.entries()) {
    nameStart[number] = end
    if (name.isWellFormed()) bytes.write(name, end)
    else bytes.set(encodePathText(name), end)
    end += nameByteLength(name)
  }
  nameStart[nodes.length] = end
}
