import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Job } from '../../std/job.ts'
import { readAhead, type RandomAccess } from '../../std/random-access.ts'

/** A file of an image, to be read from any place. */
export function fileAccess(tree: FileTree, file: FileEntry, job: Job): RandomAccess {
  return readAhead({
    sizeBytes: file.sizeBytes,
    async read(offset, length) {
      const wanted = Math.min(length, file.sizeBytes - offset)
      const chunks: Uint8Array[] = []
      let bytes = 0
      if (wanted > 0) {
        for await (const chunk of tree.openFile(file, job, offset)) {
          chunks.push(chunk)
          bytes += chunk.length
          if (bytes >= wanted) break
        }
      }
      return Buffer.concat(chunks).subarray(0, wanted)
    },
  })
}
