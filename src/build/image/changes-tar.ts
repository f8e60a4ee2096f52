import type { TarContent, TarEntry } from '../../archive/tar-entry.ts'
import { writeTar } from '../../archive/tar-writer.ts'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import { byteStream, type ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { tarContents } from '../output/flattened-tar.ts'

/**
 * The layer that makes one tree of another. The folders above each change are in it with their attributes, since Docker would
 * make them anew without.
 *
 * @param lower the first layers of `upper`.
 * @returns undefined where nothing differs.
 */
export function changesTar(lower: FileTree, upper: FileTree, job: Job): ByteStream | undefined {
  const changes = findChanges(lower, upper)
  if (changes.paths.size === 0 && changes.deleted.length === 0) return undefined
  const folders = foldersAbove([...changes.paths, ...changes.deleted])
  const files = function* (): Generator<FileEntry> {
    for (const file of upper.entries()) if (changes.paths.has(file.path) || folders.has(file.path)) yield file
  }
  const contents = function* (): Generator<TarContent> {
    yield* tarContents(upper, files(), '', job)
    for (const path of changes.deleted) yield { entry: whiteout(path), body: byteStream() }
  }
  return writeTar(contents(), job)
}

interface Changes {
  readonly paths: ReadonlySet<string>
  /** Of what was deleted, only the topmost. */
  readonly deleted: readonly string[]
}

/** The same layers stand at the bottom of both, so an inode's number means the same in both. */
function findChanges(lower: FileTree, upper: FileTree): Changes {
  const paths = new Set<string>()
  const relinked = new Set<number>()
  const layersBelow = lower.layers.length
  for (const file of upper.entries()) {
    if (file.path === '/' || lower.get(file.path)?.inode === file.inode) continue
    paths.add(file.path)
    if (file.layer < layersBelow) relinked.add(file.inode)
  }
  // A new name of a lower file: no layer can link to a file of another one everywhere, so all its names come along.
  if (relinked.size > 0)
    for (const file of upper.entries()) if (file.kind !== 'directory' && relinked.has(file.inode)) paths.add(file.path)
  const deleted: string[] = []
  for (const { path } of lower.entries()) {
    const parent = path.slice(0, path.lastIndexOf('/')) || '/'
    if (upper.get(path) === undefined && upper.get(parent)?.kind === 'directory') deleted.push(path)
  }
  return { paths, deleted }
}

function foldersAbove(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end)
      if (folders.has(folder)) break
      folders.add(folder)
    }
  }
  return folders
}

function whiteout(path: string): TarEntry {
  const slash = path.lastIndexOf('/') + 1
  return {
    path: `${path.slice(1, slash)}.wh.${path.slice(slash)}`,
    kind: 'file',
    ...{ mode: 0o644, uid: 0, gid: 0, userName: '', groupName: '' },
    sizeBytes: 0,
    modified: { seconds: 0, nanoseconds: 0 },
    ...{ linkTarget: '', deviceMajor: 0, deviceMinor: 0, xattrs: new Map(), sparse: undefined },
  }
}
