import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { CopiedEntry, CopyOwner, CopyPlan, PlannedCopy } from '../copy-plan.ts'
import { nameMatcher } from './removals.ts'

/** What a plan brings, as BuildKit's COPY and the usual tools do it. */
export function simulatePlan(plan: CopyPlan, tree: FileTree): ReadonlyMap<string, CopiedEntry> {
  const places = new Map<string, CopiedEntry>()
  const simulation: Simulation = { plan, tree, places, trimmed: trimmedOf(plan) }
  for (const copy of plan.copies) copyInto(copy, simulation)
  for (const { directory, paths } of plan.gathered) {
    makeAnew(directory, places)
    for (const path of paths) {
      for (const entry of tree.entries(path)) places.set(entry.path, copied(entry, entry.path, undefined))
    }
  }
  for (const { path } of plan.directories) makeAnew(path, places)
  for (const { path, mode, uid, gid } of plan.directories) {
    places.set(path, { path, kind: 'directory', mode, uid, gid, source: tree.get(path) })
  }
  addMetadata(plan, places)
  makeFolders(plan.workingDirectory, undefined, places)
  return new Map([...places].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}

interface Simulation {
  readonly plan: CopyPlan
  readonly tree: FileTree
  readonly places: Map<string, CopiedEntry>
  readonly trimmed: Trimmed
}

function copyInto(copy: PlannedCopy, { tree, places, trimmed }: Simulation): void {
  if (copy.kind === 'files') {
    makeFolders(copy.directory, copy.owner, places)
    for (const path of copy.paths) {
      const source = tree.resolve(path)
      if (source === undefined) continue
      places.set(path, trimmed.changed(copied(source, path, copy.owner), copy.isTrimmed))
    }
    return
  }
  makeFolders(copy.path, copy.owner, places)
  for (const entry of tree.entries(copy.path)) {
    if (entry.path === copy.path || (copy.isTrimmed && trimmed.isRemoved(entry.path))) continue
    places.set(entry.path, trimmed.changed(copied(entry, entry.path, copy.owner), copy.isTrimmed))
  }
}

function copied(source: FileEntry, path: string, owner: CopyOwner | undefined): CopiedEntry {
  const { kind, mode, uid, gid } = source
  return { path, kind, mode, uid: owner?.uid ?? uid, gid: owner?.gid ?? gid, source }
}

/** Directories on the way, as COPY makes them. */
function makeFolders(path: string, owner: CopyOwner | undefined, places: Map<string, CopiedEntry>): void {
  if (path === '/' || path === '' || places.has(path)) return
  makeFolders(path.slice(0, path.lastIndexOf('/')), owner, places)
  places.set(path, {
    path,
    kind: 'directory',
    mode: 0o755,
    uid: owner?.uid ?? 0,
    gid: owner?.gid ?? 0,
    source: undefined,
  })
}

/** The folder that is gathered has each directory on the way, and what it has counts last. */
function makeAnew(path: string, places: Map<string, CopiedEntry>): void {
  for (const each of ancestors(path === '/' ? '' : path)) places.delete(each)
  makeFolders(path, undefined, places)
}

interface Trimmed {
  isRemoved(path: string): boolean
  changed(entry: CopiedEntry, isTrimmed: boolean): CopiedEntry
}

/** What the trimmed stage changes. Names of one file are changed one by one: overlayfs parts them when it copies a file up. */
function trimmedOf({ removals, unprivileged, owned, owner }: CopyPlan): Trimmed {
  const removed = new Set(removals.flatMap(({ paths }) => paths))
  const matchers = removals.map(({ directory, names, exceptions }) => ({
    ...{ directory, matches: nameMatcher(names), exceptions: new Set(exceptions) },
  }))
  const prefixes = removals.flatMap((removal) => removal.prefixes)
  const without = new Set(unprivileged)
  const given = new Set(owned)
  return {
    isRemoved(path) {
      if (removed.size > 0 && ancestors(path).some((each) => removed.has(each))) return true
      if (prefixes.some((prefix) => path.startsWith(prefix))) return true
      return matchers.some(({ directory, matches, exceptions }) => {
        if (!path.startsWith(`${directory}/`) || exceptions.has(path) || exceptions.has(posix.basename(path)))
          return false
        return path
          .slice(directory.length + 1)
          .split('/')
          .some(matches)
      })
    },
    changed(entry, isTrimmed) {
      if (!isTrimmed) return entry
      // chown(2) takes both bits away from what is no directory.
      const isGiven = given.size > 0 && ancestors(entry.path).some((each) => given.has(each))
      const loses = without.has(entry.path) || (isGiven && entry.kind !== 'directory')
      const mode = loses ? entry.mode & 0o1777 : entry.mode
      return isGiven ? { ...entry, mode, ...owner } : { ...entry, mode }
    },
  }
}

/** A path and all that it lies in. */
function ancestors(path: string): readonly string[] {
  const found: string[] = []
  for (let each = path; each !== ''; each = each.slice(0, each.lastIndexOf('/'))) found.push(each)
  return found
}

function addMetadata({ metadata }: CopyPlan, places: Map<string, CopiedEntry>): void {
  const { dpkg, apk } = metadata
  const paths = [...dpkg.map((name) => `/var/lib/dpkg/status.d/${name}`), ...(apk === undefined ? [] : [apk.list])]
  for (const path of paths) {
    makeAnew(path.slice(0, path.lastIndexOf('/')), places)
    places.set(path, { path, kind: 'file', mode: 0o644, uid: 0, gid: 0, source: undefined })
  }
}
