import { posix } from 'node:path'
import { satisfiesConstraint } from '../../debian/dependency.ts'
import type { PathMatcher } from '../../dockerfile/path-matcher.ts'
import { parsePackageRecord, type PackageRecord } from '../../debian/package-record.ts'
import { BaseError } from '../errors.ts'
import type { PackageContents, PackageEntry } from '../packages/package-contents.ts'
import type { ImageTree } from './image-tree.ts'
import { linkTargetOf } from './image-tree.ts'
import type { Placed } from './placed.ts'

/** Which entries of a package are in the image, and where: the path by the entry's number, in the package's order. */
export interface Selection {
  readonly record: PackageRecord
  readonly contents: PackageContents
  readonly paths: ReadonlyMap<number, string>
}

/** What is known while the packages of an image are placed: each by its name. */
export type Selections = Map<string, { record: PackageRecord; contents: PackageContents; paths: Map<number, string> }>

/**
 * Places the files of a package in the tree of the image.
 *
 * @param placed gets the package; packages of the same layer whose files it replaces lose these.
 * @throws BaseError `file-conflict`, `bad-package-content`
 */
export function placePackage(
  name: string,
  contents: PackageContents,
  layer: number,
  excluded: PathMatcher,
  tree: ImageTree,
  placed: Selections,
): void {
  const record = parsePackageRecord(contents.control, `the control file of ${name}`)
  const paths = new Map<number, string>()
  placed.set(name, { record, contents, paths })
  const parents = new Set(contents.entries.map(({ path }) => posix.dirname(path)))
  for (const [number, entry] of contents.entries.entries()) {
    if (excluded.isMatched(entry.path)) continue
    if (entry.kind === 'directory') {
      placeDirectory(entry, !parents.has(entry.path), layer, tree)
      continue
    }
    // Devices are made by whoever runs the image.
    if (entry.kind !== 'file' && entry.kind !== 'symbolic-link' && entry.kind !== 'hard-link') continue
    const path = tree.locate(entry.path)
    const there = tree.file(path)
    const isDirectory = there === undefined && tree.isDirectory(path)
    if (isDirectory && entry.kind !== 'symbolic-link') throw notOnDirectory(path, name)
    // A link does not take the place of a directory, nor that of the same link.
    if (isDirectory || isSameLink(there, entry)) continue
    if (there?.from === 'package' && there.layer >= 0 && !mayReplace(record, there, placed, path)) continue
    if (there?.from === 'package') placed.get(there.owner)?.paths.delete(there.number)
    tree.put(path, { from: 'package', layer, owner: name, number, entry })
    paths.set(number, path)
  }
}

function placeDirectory(entry: PackageEntry, isEmpty: boolean, layer: number, tree: ImageTree): void {
  const { mode, uid, gid, modifiedSeconds } = entry
  const path = tree.locateDirectory(entry.path)
  tree.describeDirectory(path, layer, { mode, uid, gid, modifiedSeconds })
  // One that is empty in the package is there for somebody's use; others come with what is in them.
  if (isEmpty) tree.needDirectory(path, layer)
}

function isSameLink(there: Placed | undefined, entry: PackageEntry): boolean {
  return there !== undefined && entry.kind === 'symbolic-link' && linkTargetOf(there) === entry.linkTarget
}

/** As dpkg decides: Replaces lets a package have a file of another one (Debian Policy 7.6.1). */
function mayReplace(
  record: PackageRecord,
  there: Placed & { from: 'package' },
  placed: Selections,
  path: string,
): boolean {
  const other = placed.get(there.owner)?.record
  if (other === undefined || replaces(record, other)) return true
  if (replaces(other, record)) return false
  throw new BaseError('file-conflict', `both ${other.name} and ${record.name} have the file /${path}`, {
    hint: 'Leave one of the packages out, or the file with "exclude: { paths: … }" in the recipe of one of them.',
  })
}

function replaces(one: PackageRecord, other: PackageRecord): boolean {
  return one.relations.replaces.some(
    ({ name, constraint }) => name === other.name && satisfiesConstraint(other.version, constraint),
  )
}

function notOnDirectory(path: string, name: string): BaseError {
  return new BaseError('bad-package-content', `${name} has a file /${path}, which is a directory already`)
}
