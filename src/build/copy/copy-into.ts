import type { Job } from '../../std/job.ts'
import { printable } from '../../std/printable.ts'
import { joinPath } from '../context/join-path.ts'
import { BuildError } from '../errors.ts'
import type { SourceEntry, SourceTree } from '../source-tree.ts'
import { whenBuilt, type SelectedNode, type SelectedSource } from './copy-selection.ts'
import type { ModeChange } from './file-mode.ts'
import type { FileOwner } from './file-owner.ts'
import { noContent, type DraftEntry, type LayerDraft, type Placed } from './layer-draft.ts'

/** What a COPY says about all that it writes. */
export interface CopyOptions {
  /** `--chown` */
  readonly owner: FileOwner | undefined
  /** `--chmod` */
  readonly mode: ModeChange | undefined
}

const directoryMode = 0o755

/**
 * Copies one source as BuildKit does (fsutil's `Copy`): the directory that the destination lies in is made; a file goes into a
 * destination that is a directory; of a directory the content is copied.
 *
 * @param destination absolute; with a slash or `/.` at its end it is a directory
 * @throws BuildError `bad-destination`
 */
export function copyInto(draft: LayerDraft, source: SelectedSource, destination: string, options: CopyOptions): void {
  makeDirectories(draft, draft.resolve(directoryPart(destination)), options)
  const found = placeFor(draft, source, draft.resolve(destination))
  makeDirectories(draft, found.directory, options)
  const copier = { draft, tree: source.tree, options, files: new Map<string, DraftEntry>() }
  copyNode(copier, source.top, found.target, false)
}

/** Of a destination that ends in a slash or in `/.`, all of it. */
function directoryPart(destination: string): string {
  const last = destination.slice(destination.lastIndexOf('/') + 1)
  return last === '' || last === '.' ? destination : destination.slice(0, destination.lastIndexOf('/') + 1)
}

function placeFor(
  draft: LayerDraft,
  { top, name, copiesContent }: SelectedSource,
  destination: string,
): { readonly target: string; readonly directory: string } {
  const there = draft.get(destination)
  const isDirectory = top.entry.kind === 'directory'
  const goesInside = isDirectory ? !copiesContent && there !== undefined : there?.kind === 'directory'
  const target = goesInside && name !== '' ? joinPath(destination, name) : destination
  if (copiesContent && isDirectory && there === undefined) return { target, directory: target }
  return { target, directory: parentOf(target) }
}

function parentOf(path: string): string {
  const at = path.lastIndexOf('/')
  return at <= 0 ? '/' : path.slice(0, at)
}

/**
 * Makes the directories of a path that are missing. They belong to root unless `--chown` says otherwise, and have the mode that
 * `--chmod` gives in digits.
 *
 * @param path already resolved
 */
export function makeDirectories(draft: LayerDraft, path: string, { owner, mode }: CopyOptions): void {
  const there = draft.get(path)
  if (there?.kind === 'directory') return
  if (there !== undefined) throw notDirectory(path)
  makeDirectories(draft, parentOf(path), { owner, mode })
  const attributes = { uid: owner?.uid ?? 0, gid: owner?.gid ?? 0, modified: whenBuilt, xattrs: new Map() }
  const permissions = mode?.fixed === undefined ? directoryMode : mode.fixed & 0o777
  draft.put(path, directoryEntry({ ...attributes, mode: permissions }))
}

/** A directory with these attributes. */
function directoryEntry(attributes: Omit<DraftEntry, keyof typeof directoryParts>): DraftEntry {
  return { ...directoryParts, ...attributes }
}

const directoryParts = {
  kind: 'directory',
  ...{ linkTarget: '', deviceMajor: 0, deviceMinor: 0, sizeBytes: 0 },
  open: noContent,
} as const

interface Copier {
  readonly draft: LayerDraft
  readonly tree: SourceTree
  readonly options: CopyOptions
  /** What was copied, by inode: a second name of a file becomes a second name of its copy. */
  readonly files: Map<string, DraftEntry>
}

/** @param overwrites whether a directory that is there already gets the attributes of the one that is copied */
function copyNode(copier: Copier, node: SelectedNode, target: string, overwrites: boolean): void {
  const { draft, files } = copier
  const { entry } = node
  const there = draft.get(target)
  if (entry.kind === 'directory') {
    copyDirectory(copier, node, target, overwrites, there)
    return
  }
  if (there?.kind === 'directory') {
    throw new BuildError('bad-destination', `${printable(entry.path)} cannot be copied to ${printable(target)}`, {
      hint: 'There is a directory of that name: a file does not replace a directory.',
    })
  }
  // Most files have one name, and then most trees call them by it.
  const mayHaveMore = entry.kind === 'file' && entry.inode !== entry.path
  const known = mayHaveMore ? files.get(entry.inode) : undefined
  const copy = known ?? copyEntry(copier, entry)
  if (mayHaveMore) files.set(entry.inode, copy)
  draft.put(target, copy)
}

function copyDirectory(
  copier: Copier,
  { entry, isIncluded, children }: SelectedNode,
  target: string,
  overwrites: boolean,
  there: Placed | undefined,
): void {
  const { draft } = copier
  if (there !== undefined && there.kind !== 'directory') throw notDirectory(target)
  const copy = copyEntry(copier, entry)
  if (there === undefined) draft.put(target, copy)
  else if (!overwrites) draft.put(target, directoryEntry({ ...attributesOf(there), modified: entry.modified }))
  else if (!isIncluded) draft.put(target, directoryEntry({ ...attributesOf(there), mode: entry.mode }))
  else draft.put(target, { ...copy, xattrs: new Map([...there.xattrs, ...entry.xattrs]) })
  for (const child of children) {
    const { path } = child.entry
    copyNode(copier, child, joinPath(target, path.slice(path.lastIndexOf('/') + 1)), true)
  }
}

function attributesOf({
  mode,
  uid,
  gid,
  modified,
  xattrs,
}: Placed): Pick<DraftEntry, 'mode' | 'uid' | 'gid' | 'modified' | 'xattrs'> {
  return { mode, uid, gid, modified, xattrs }
}

function copyEntry({ tree, options }: Copier, entry: SourceEntry): DraftEntry {
  const { kind, mode, uid, gid, modified, xattrs, linkTarget, deviceMajor, deviceMinor, sizeBytes } = entry
  const isLink = kind === 'symbolic-link'
  return {
    ...{ kind, modified, xattrs, linkTarget, deviceMajor, deviceMinor, sizeBytes },
    uid: options.owner?.uid ?? uid,
    gid: options.owner?.gid ?? gid,
    // The mode of a link means nothing; Linux shows this.
    mode: isLink ? 0o777 : (options.mode?.apply(mode, kind === 'directory') ?? mode),
    open: (job: Job) => (kind === 'file' ? tree.open(entry, job) : noContent()),
    knownDigest: () => (kind === 'file' ? tree.knownDigest(entry) : undefined),
  }
}

function notDirectory(path: string): BuildError {
  return new BuildError('bad-destination', `${printable(path)} is no directory, so nothing can be copied into it`)
}
