import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { ReadElfBytes } from '../../std/elf.ts'
import type { Job } from '../../std/job.ts'
import { findWay } from './way.ts'

/** Text files that are longer are not looked into. */
export const textBytesMax = 4 * 1024 * 1024

/** Files up to this size are read whole, and so checked against their digest. */
const wholeBytesMax = 1024 * 1024

/** The text of a small file; empty where there is none, or one that is too long. Links are followed. */
export async function readText(tree: FileTree, path: string): Promise<string> {
  const { target } = findWay(tree, path)
  return target === undefined ? '' : await readEntryText(tree, target)
}

/** The same for a file that was found already. */
export async function readEntryText(tree: FileTree, entry: FileEntry): Promise<string> {
  if (entry.kind !== 'file' || entry.sizeBytes > textBytesMax) return ''
  return Buffer.from(await tree.read(entry, textBytesMax)).toString('utf8')
}

/** Reads parts of a file: a small one is read once. */
export async function openParts(tree: FileTree, entry: FileEntry, job: Job): Promise<ReadElfBytes> {
  if (entry.sizeBytes <= wholeBytesMax) {
    const whole = Buffer.from(await tree.read(entry, wholeBytesMax))
    return (offset, length) => Promise.resolve(whole.subarray(offset, offset + length))
  }
  return async (offset, length) => {
    const wanted = Math.min(length, entry.sizeBytes - offset)
    if (wanted <= 0) return Buffer.alloc(0)
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of tree.openFile(entry, job, offset)) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= wanted) break
    }
    return Buffer.concat(chunks).subarray(0, wanted)
  }
}
