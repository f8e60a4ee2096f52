import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isDigest, type Digest } from '../../image/digest.ts'
import { atPath } from '../errors.ts'
import { unlessMissing } from './files.ts'
import { blobPath, type LayoutPaths } from './paths.ts'

export interface BlobFile {
  readonly digest: Digest
  readonly path: string
  readonly sizeBytes: number
}

/** Every blob file, referred to or not. Files that have no digest for a name are not ours and not listed. */
export async function* listBlobs(paths: LayoutPaths): AsyncGenerator<BlobFile> {
  for (const algorithm of await namesIn(paths.blobs)) {
    for (const name of await namesIn(join(paths.blobs, algorithm))) {
      const digest = `${algorithm}:${name}`
      if (!isDigest(digest)) continue
      const path = blobPath(paths, digest)
      const found = await atPath(path, () => unlessMissing(() => stat(path)))
      if (found?.isFile() === true) yield { digest, path, sizeBytes: found.size }
    }
  }
}

/** Names in a folder; none when there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await atPath(folder, () => unlessMissing(() => readdir(folder)))) ?? []
}
