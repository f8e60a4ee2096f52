import { posix } from 'node:path'
import type { PathNode } from './path-node.ts'

/** What of a directory's own names is copied by name, and what has to be made. Directories with something in them are no part of it. */
export interface Split {
  /** A link among them is copied as what it leads to. */
  readonly files: readonly PathNode[]
  /** Links, empty directories and odd files. */
  readonly made: readonly PathNode[]
  /** Libraries that come under the name of a link: by link. */
  readonly renamed: ReadonlyMap<PathNode, PathNode>
  /** What cannot be brought without a shell. */
  readonly lost: readonly PathNode[]
}

/** Splits a directory into names. */
export function splitDirectory(node: PathNode, canRun: boolean): Split {
  const kept = node.children.filter((child) => isOwnName(child, canRun))
  const renamed = libraryLinks(kept)
  const targets = new Set(renamed.values())
  const twins = hardLinkTwins(kept)
  const files: PathNode[] = []
  const made: PathNode[] = []
  const lost: PathNode[] = []
  for (const child of kept) {
    const isFile = child.entry.kind === 'file' || renamed.has(child)
    if (targets.has(child)) continue
    if (isFile && child.isNameable && !(canRun && twins.has(child.entry.inode))) files.push(child)
    else if (canRun && child.isNameable) made.push(child)
    else lost.push(child)
  }
  return { files, made, renamed, lost }
}

/** A kept name that is no directory, or a directory in which nothing is kept, and which can be made anew. */
function isOwnName({ entry, isKept, isPresent, kept, isNameable }: PathNode, canRun: boolean): boolean {
  if (!isKept || isPresent) return false
  return entry.kind !== 'directory' || (kept.paths === 1 && canRun && isNameable)
}

/** Inodes of which several names are kept here. */
function hardLinkTwins(kept: readonly PathNode[]): ReadonlySet<number> {
  const seen = new Set<number>()
  const twins = new Set<number>()
  for (const { entry } of kept) {
    if (entry.kind !== 'file') continue
    if (seen.has(entry.inode)) twins.add(entry.inode)
    seen.add(entry.inode)
  }
  return twins
}

/**
 * Links such as `libz.so.1` to `libz.so.1.2.13` beside it, where no other kept link leads there: programs look for the first name only, and
 * COPY makes a file of a link.
 */
function libraryLinks(kept: readonly PathNode[]): ReadonlyMap<PathNode, PathNode> {
  const byName = new Map(kept.map((child) => [child.name, child]))
  const found = new Map<PathNode, PathNode>()
  for (const link of kept) {
    if (link.entry.kind !== 'symbolic-link' || !link.isNameable || !/\.so\.[0-9]+$/.test(link.name)) continue
    const target = byName.get(posix.normalize(link.entry.linkTarget))
    if (target?.entry.kind !== 'file' || target.linkedBy !== 1 || !target.name.startsWith(`${link.name}.`)) continue
    const isAsked = target.verdict?.cause === 'asked' || target.verdict?.cause === 'executed'
    if (!isAsked) found.set(link, target)
  }
  return found
}
