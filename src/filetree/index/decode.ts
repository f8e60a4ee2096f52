import { hash } from 'node:crypto'
import type { Digest } from '../../image/digest.ts'
import {
  attributeBytes,
  attributeColumns,
  checksumBytes,
  entryKinds,
  headerBytes,
  indexFileBytes,
  kindNumbers,
  readHeader,
  treeColumns,
  type AttributeColumns,
  type TreeColumns,
} from './format.ts'
import { decodeDevice, decodeSparse, decodeXattrs, readRecord } from './heap.ts'

/** An index file that was found sound. Everything in it is in bounds, so reading it can neither fail nor run for ever. */
export interface IndexData {
  readonly diffId: Digest
  readonly tarBytes: number
  readonly entryCount: number
  readonly attributes: AttributeColumns
  readonly tree: TreeColumns
  readonly names: Buffer
  readonly heap: Buffer
}

/**
 * Opens an index file that is in memory.
 *
 * @returns undefined when it is of another version or layer, truncated or damaged in any way.
 */
export function decodeLayerIndex(buffer: ArrayBuffer, diffId: Digest): IndexData | undefined {
  const header = readHeader(buffer)
  if (header === undefined || header.diffId !== diffId) return undefined
  if (header.entryCount === 0 || indexFileBytes(header) !== buffer.byteLength) return undefined
  const bodyBytes = buffer.byteLength - checksumBytes
  const checksum = hash('sha256', new Uint8Array(buffer, 0, bodyBytes), 'buffer')
  if (!checksum.equals(new Uint8Array(buffer, bodyBytes))) return undefined

  const { entryCount, namesBytes, heapBytes, tarBytes } = header
  const data: IndexData = {
    diffId,
    tarBytes,
    entryCount,
    attributes: attributeColumns(buffer, headerBytes, entryCount),
    tree: treeColumns(buffer, headerBytes + attributeBytes(entryCount), entryCount),
    names: Buffer.from(buffer, bodyBytes - heapBytes - namesBytes, namesBytes),
    heap: Buffer.from(buffer, bodyBytes - heapBytes, heapBytes),
  }
  return isTreeSound(data) && isEachEntrySound(data) ? data : undefined
}

/** Children come behind their parent and know it, only directories have any, and no name is empty but the root's. */
function isTreeSound({ entryCount, tree, attributes, names }: IndexData): boolean {
  const { parent, childStart, nameStart } = tree
  if (childStart[0] !== 1 || childStart[entryCount] !== entryCount || parent[0] !== 0) return false
  if (nameStart[0] !== 0 || nameStart[1] !== (entryCount === 1 ? names.length : 0)) return false
  if (nameStart[entryCount] !== names.length || attributes.kind[0] !== kindNumbers.directory) return false
  for (let number = 0; number < entryCount; number += 1) {
    const first = childStart[number] ?? 0
    const end = childStart[number + 1] ?? 0
    if (first > end || end > entryCount) return false
    if (first < end && (first <= number || attributes.kind[number] !== kindNumbers.directory)) return false
    for (let child = first; child < end; child += 1) {
      if (parent[child] !== number || (nameStart[child] ?? 0) >= (nameStart[child + 1] ?? 0)) return false
    }
  }
  return true
}

function isEachEntrySound(data: IndexData): boolean {
  const { entryCount, tree, attributes, tarBytes } = data
  if (!isCount(tarBytes)) return false
  for (let number = 0; number < entryCount; number += 1) {
    const inode = tree.inode[number] ?? entryCount
    if (inode > number || tree.inode[inode] !== inode || attributes.kind[inode] !== attributes.kind[number])
      return false
    if ((attributes.kind[number] ?? entryKinds.length) >= entryKinds.length) return false
    if (!isCount(attributes.sizeBytes[number]) || !isCount(attributes.dataOffsetBytes[number])) return false
    if (!Number.isSafeInteger(attributes.modifiedSeconds[number])) return false
    if (!isDetailSound(data, number) || !areXattrsSound(data, attributes.xattrs[number] ?? 0)) return false
  }
  return true
}

function isCount(value: number | undefined): boolean {
  return Number.isSafeInteger(value) && value !== undefined && value >= 0
}

/** Also that a file's data lie in the tar. */
function isDetailSound({ attributes, heap, tarBytes }: IndexData, number: number): boolean {
  const kind = attributes.kind[number]
  const detail = attributes.detail[number] ?? 0
  const size = attributes.sizeBytes[number] ?? 0
  const offset = attributes.dataOffsetBytes[number] ?? 0
  if (detail === 0) return offset + size <= tarBytes
  const record = readRecord(heap, detail)
  if (record === undefined) return false
  if (kind === kindNumbers['character-device'] || kind === kindNumbers['block-device']) {
    return decodeDevice(record) !== undefined
  }
  if (kind !== kindNumbers.file) return true
  const runs = decodeSparse(record)
  if (runs === undefined) return false
  let end = 0
  let storedBytes = 0
  for (const run of runs) {
    if (!isCount(run.offsetBytes) || !isCount(run.sizeBytes) || run.offsetBytes < end) return false
    end = run.offsetBytes + run.sizeBytes
    storedBytes += run.sizeBytes
  }
  return end <= size && offset + storedBytes <= tarBytes
}

function areXattrsSound({ heap }: IndexData, offset: number): boolean {
  if (offset === 0) return true
  const record = readRecord(heap, offset)
  return record !== undefined && decodeXattrs(record) !== undefined
}
