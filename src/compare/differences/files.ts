import type { FileEntry } from '../../filetree/file-entry.ts'
import { haveSameContent } from '../../filetree/file-identity.ts'
import type { MeasurableImage } from '../measurable-image.ts'
import { FolderSums, type FolderSum } from './folder-sums.ts'
import { pairMoved, type MovedFile } from './moved-files.ts'
import { pairEntries } from './pair-entries.ts'

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

type Side = Pick<MeasurableImage, 'tree' | 'entries'>

/** Compares every path of two images. */
export function diffFiles(before: Side, after: Side): FileChanges {
  const sums = new FolderSums(before.tree, after.tree)
  const onlyBefore: FileEntry[] = []
  const onlyAfter: FileEntry[] = []
  const changed: ChangedFile[] = []
  for (const { before: one, after: other } of pairEntries(before.entries, after.entries)) {
    if (one !== undefined) sums.add('before', one)
    if (other !== undefined) sums.add('after', other)
    if (one === undefined) onlyAfter.push(...(other === undefined ? [] : [other]))
    else if (other === undefined) onlyBefore.push(one)
    else {
      const parts = changedParts(one, other)
      if (parts.length > 0)
        changed.push({ path: one.path, parts, beforeBytes: one.sizeBytes, afterBytes: other.sizeBytes })
    }
  }
  const { moved, added, removed } = pairMoved(onlyBefore, onlyAfter)
  sums.count(added, removed, changed, moved)
  return { added: added.map(lone), removed: removed.map(lone), changed, moved, root: sums.root() }
}

function lone({ path, kind, sizeBytes }: FileEntry): LoneFile {
  return { path, kind, sizeBytes }
}

function changedParts(one: FileEntry, other: FileEntry): readonly ChangedPart[] {
  // The same entry of the same layer: nothing to look at. Images of one base have nearly all from it.
  if (one.layer === other.layer && one.diffId === other.diffId && one.inode === other.inode) return []
  if (one.kind !== other.kind) return ['kind']
  const parts: ChangedPart[] = []
  if (one.kind === 'file' && !haveSameContent(one, other)) parts.push('content')
  if (one.kind !== 'symbolic-link' && one.mode !== other.mode) parts.push('mode')
  if (one.uid !== other.uid || one.gid !== other.gid) parts.push('owner')
  if (one.linkTarget !== other.linkTarget) parts.push('link')
  if (!haveSameDevice(one, other) || !haveSameXattrs(one, other)) parts.push('attributes')
  return parts
}

function haveSameDevice(one: FileEntry, other: FileEntry): boolean {
  return one.deviceMajor === other.deviceMajor && one.deviceMinor === other.deviceMinor
}

function haveSameXattrs({ xattrs: one }: FileEntry, { xattrs: other }: FileEntry): boolean {
  if (one.size !== other.size) return false
  return one.entries().every(([name, value]) => {
    const same = other.get(name)
    return same !== undefined && Buffer.compare(value, same) === 0
  })
}
