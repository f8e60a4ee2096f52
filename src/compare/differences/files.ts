import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Job } from '../../std/job.ts'
import { FolderSums, type FolderSum } from './folder-sums.ts'
import { pairMoved, type MovedFile } from './moved-files.ts'

/** What of a path may be different. */
export type ChangedPart = 'kind' | 'content' | 'mode' | 'owner' | 'link' | 'attributes'

/** A path that both images have, and not alike. */
export interface ChangedFile {
  readonly path: string
  readonly parts: readonly ChangedPart[]
  readonly beforeBytes: number
  readonly afterBytes: number
}

/** A path that one of the images has. */
export interface LoneFile {
  readonly path: string
  readonly kind: FileEntry['kind']
  readonly sizeBytes: number
}

/** What is different in the files of two images. Times of change do not count. */
export interface FileChanges {
  readonly added: readonly LoneFile[]
  readonly removed: readonly LoneFile[]
  readonly changed: readonly ChangedFile[]
  /** Files with the same content in another place. They are among neither the added nor the removed ones. */
  readonly moved: readonly MovedFile[]
  /** All folders of both, with what is in them. */
  readonly root: FolderSum
}

/** Compares every path of two trees. */
export function diffFiles(before: FileTree, after: FileTree, job: Job): FileChanges {
  const sums = new FolderSums()
  const old = new Map<string, FileEntry>()
  for (const entry of before.entries()) {
    old.set(entry.path, entry)
    sums.add('before', entry)
  }
  job.signal.throwIfAborted()
  const added: FileEntry[] = []
  const changed: ChangedFile[] = []
  for (const entry of after.entries()) {
    sums.add('after', entry)
    const other = old.get(entry.path)
    old.delete(entry.path)
    if (other === undefined) added.push(entry)
    else {
      const parts = changedParts(other, entry)
      if (parts.length > 0)
        changed.push({ path: entry.path, parts, beforeBytes: other.sizeBytes, afterBytes: entry.sizeBytes })
    }
  }
  job.signal.throwIfAborted()
  const { moved, added: reallyAdded, removed } = pairMoved([...old.values()], added)
  sums.count(reallyAdded, removed, changed, moved)
  return { added: reallyAdded.map(lone), removed: removed.map(lone), changed, moved, root: sums.root() }
}

function lone({ path, kind, sizeBytes }: FileEntry): LoneFile {
  return { path, kind, sizeBytes }
}

function changedParts(one: FileEntry, other: FileEntry): readonly ChangedPart[] {
  // The same entry of the same layer: nothing to look at. Images of one base have nearly all from it.
  if (one.layer === other.layer && one.diffId === other.diffId && one.inode === other.inode) return []
  if (one.kind !== other.kind) return ['kind']
  const isDifferent: Readonly<Record<Exclude<ChangedPart, 'kind'>, boolean>> = {
    content: one.sizeBytes !== other.sizeBytes || one.digest !== other.digest,
    mode: one.kind !== 'symbolic-link' && one.mode !== other.mode,
    owner: one.uid !== other.uid || one.gid !== other.gid,
    link: one.linkTarget !== other.linkTarget,
    attributes:
      one.deviceMajor !== other.deviceMajor || one.deviceMinor !== other.deviceMinor || !sameXattrs(one, other),
  }
  return (['content', 'mode', 'owner', 'link', 'attributes'] as const).filter((part) => isDifferent[part])
}

function sameXattrs({ xattrs: one }: FileEntry, { xattrs: other }: FileEntry): boolean {
  if (one.size !== other.size) return false
  return one.entries().every(([name, value]) => {
    const same = other.get(name)
    return same !== undefined && Buffer.compare(value, same) === 0
  })
}
