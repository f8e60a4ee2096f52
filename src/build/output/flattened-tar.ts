import type { TarContent, TarEntry } from '../../archive/tar-entry.ts'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import { byteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'

/**
 * Entries of a tar with these files, in their order. The first path of a file has its content, further ones are hard links
 * to it.
 *
 * @param prefix before each name: empty, or ends with a slash.
 */
export function* tarContents(
  tree: FileTree,
  files: Iterable<FileEntry>,
  prefix: string,
  job: Job,
): Generator<TarContent> {
  const firstPaths = new Map<number, string>()
  for (const file of files) {
    if (file.path === '/') continue
    const path = prefix + file.path.slice(1)
    const first = file.kind === 'directory' ? undefined : firstPaths.get(file.inode)
    if (first !== undefined) {
      yield { entry: tarEntry(file, path, first), body: byteStream() }
      continue
    }
    if (file.kind !== 'directory') firstPaths.set(file.inode, path)
    yield {
      entry: tarEntry(file, path, undefined),
      body: file.kind === 'file' ? tree.openFile(file, job) : byteStream(),
    }
  }
}

function tarEntry(file: FileEntry, path: string, hardLinkTo: string | undefined): TarEntry {
  const { kind, mode, uid, gid, sizeBytes, modified, linkTarget, deviceMajor, deviceMinor, xattrs } = file
  const isLink = hardLinkTo !== undefined
  return {
    path: kind === 'directory' ? `${path}/` : path,
    kind: isLink ? 'hard-link' : kind,
    ...{ mode, uid, gid },
    ...{ userName: '', groupName: '' },
    sizeBytes: isLink ? 0 : sizeBytes,
    modified,
    linkTarget: hardLinkTo ?? linkTarget,
    ...{ deviceMajor, deviceMinor },
    xattrs,
    sparse: undefined,
  }
}
