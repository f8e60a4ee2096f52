import type { FileEntry } from '../../filetree/file-entry.ts'
import type { CopyPlanInput } from '../copy-plan.ts'
import type { Verdict } from '../ledger.ts'
import type { PackageMetadata } from './package-metadata.ts'
import { canBeTolerated } from './tolerance.ts'

/** A path of the image that is slimmed, with what is below it. */
export interface PathNode {
  readonly path: string
  readonly name: string
  readonly entry: FileEntry
  readonly verdict: Verdict | undefined
  readonly children: readonly PathNode[]
  /** Whether the path itself is to be in the final stage, for a directory also because something in it is. */
  readonly isKept: boolean
  /** Whether the final stage's base has just this already. */
  readonly isPresent: boolean
  /** Whether nothing of it all is kept. */
  readonly isDropped: boolean
  /** Of what is dropped, here and below. */
  readonly dropped: Amount
  /** Whether all that is dropped here and below may come along. */
  readonly isTolerable: boolean
  /** Of what is kept, here and below. */
  readonly kept: Amount
  /** The highest layer that anything kept comes from. */
  readonly layer: number
  /** Whether something kept in it is to lose setuid or setgid. */
  readonly losesSetIds: boolean
  /** How many kept links lead to it. */
  readonly linkedBy: number
  /** Whether it is to be given to the owner: the app writes to it, or could not read it, or that is so of something that contains it. */
  readonly isWritable: boolean
  /** Whether something kept below is to be given to the owner, and it is not itself. */
  readonly hasWritable: boolean
  /** Whether a directory's own attributes are not those that COPY gives to a directory that it makes. */
  readonly isSpecial: boolean
  /** Whether Dockerfile and shell can name it, and all on the way. */
  readonly isNameable: boolean
}

/** How many, and how much. */
export interface Amount {
  readonly paths: number
  readonly bytes: number
}

interface Growth {
  readonly input: CopyPlanInput
  readonly verdicts: ReadonlyMap<string, Verdict>
  readonly writable: ReadonlySet<string>
  readonly replaced: ReadonlySet<string>
  readonly linkUses: ReadonlyMap<string, number>
}

/** The tree of an image with what becomes of each path. A path without a verdict is dropped. */
export function growNodes(input: CopyPlanInput, { replaced }: Pick<PackageMetadata, 'replaced'>): PathNode {
  const verdicts = new Map(input.ledger.verdicts.map((verdict) => [verdict.path, verdict]))
  const writable = new Set(input.writablePaths)
  const growth: Growth = { input, verdicts, writable, replaced, linkUses: countLinkUses(input) }
  const root = input.tree.get('/')
  if (root === undefined) throw new RangeError('an image without files')
  return grow(root, growth, { isWritable: false, isNameable: true })
}

function grow(
  entry: FileEntry,
  growth: Growth,
  above: { readonly isWritable: boolean; readonly isNameable: boolean },
): PathNode {
  const { path, kind } = entry
  const { input, verdicts, writable, replaced } = growth
  const name = path.slice(path.lastIndexOf('/') + 1)
  const isNameable = above.isNameable && !/\p{Cc}|\p{Cs}|<</u.test(name)
  const verdict = replaced.has(path) ? undefined : verdicts.get(path)
  const isWritable = above.isWritable || (verdict?.isKept === true && mustBeOwned(entry, input, writable))
  const children: PathNode[] = []
  if (kind === 'directory') {
    for (const child of input.tree.children(path)) children.push(grow(child, growth, { isWritable, isNameable }))
  }
  const isPresent = verdict?.isKept === true && hasSame(input, entry)
  const isKept = (verdict?.isKept === true && !isPresent) || children.some((child) => child.isKept)
  const isSelfDropped = verdict?.isKept !== true && !isKept
  const hasSetIds = kind === 'file' && (entry.mode & 0o6000) !== 0
  return {
    ...{ path, name, entry, verdict, children, isKept, isPresent, isWritable, isNameable },
    isDropped: !isKept && !isPresent && children.every((child) => child.isDropped),
    dropped: total(children, 'dropped', isSelfDropped ? entry : undefined),
    kept: total(children, 'kept', isKept ? entry : undefined),
    isTolerable: children.every((child) => child.isTolerable) && (!isSelfDropped || canBeTolerated(entry, verdict)),
    layer: children.reduce(
      (most, child) => Math.max(most, child.layer),
      isKept && kind !== 'directory' ? entry.layer : 0,
    ),
    losesSetIds: (isKept && hasSetIds && input.dropsSetIds) || children.some((child) => child.losesSetIds),
    linkedBy: growth.linkUses.get(path) ?? 0,
    hasWritable: children.some((child) => child.isKept && (child.hasWritable || (child.isWritable && !isWritable))),
    isSpecial: kind === 'directory' && isSpecial(entry, isWritable, input),
  }
}

/** Loops do not run out of arguments as calls do. */
function total(children: readonly PathNode[], what: 'kept' | 'dropped', own: FileEntry | undefined): Amount {
  let paths = own === undefined ? 0 : 1
  let bytes = own?.sizeBytes ?? 0
  for (const child of children) {
    paths += child[what].paths
    bytes += child[what].bytes
  }
  return { paths, bytes }
}

/** How many kept links lead to a path, by path. */
function countLinkUses({ tree, ledger }: CopyPlanInput): ReadonlyMap<string, number> {
  const uses = new Map<string, number>()
  for (const { path, isKept } of ledger.verdicts) {
    if (!isKept || tree.get(path)?.kind !== 'symbolic-link') continue
    const target = tree.resolve(path)?.path
    if (target !== undefined) uses.set(target, (uses.get(target) ?? 0) + 1)
  }
  return uses
}

/** Whether a kept path has to be given to the owner: the app writes to it, or could not read it any more. */
export function mustBeOwned(
  entry: FileEntry,
  input: Pick<CopyPlanInput, 'owner'>,
  writable: ReadonlySet<string>,
): boolean {
  return (writable.has(entry.path) && !belongsTo(entry, input)) || isClosed(entry, input)
}

function belongsTo({ uid, mode }: FileEntry, { owner }: Pick<CopyPlanInput, 'owner'>): boolean {
  return uid === owner.uid || (mode & 0o002) !== 0
}

const passwords: ReadonlySet<string> = new Set(['/etc/shadow', '/etc/shadow-', '/etc/gshadow', '/etc/gshadow-'])

/** Whether root could read it, and the owner could not: what the app reads as root it has to read as the owner. */
function isClosed({ path, kind, mode, uid, gid }: FileEntry, { owner }: Pick<CopyPlanInput, 'owner'>): boolean {
  if (owner.uid === 0 || uid === owner.uid || kind === 'symbolic-link' || passwords.has(path)) return false
  const wanted = kind === 'directory' ? 0o005 : 0o004
  const allowed = gid === owner.gid ? (mode >> 3) & 0o7 : mode & 0o7
  return (allowed & wanted) !== wanted
}

function hasSame({ baseTree }: CopyPlanInput, { path, kind, mode, uid, gid, digest, linkTarget }: FileEntry): boolean {
  const there = baseTree?.get(path)
  if (there?.kind !== kind) return false
  if (kind === 'symbolic-link') return there.linkTarget === linkTarget
  const isAlike = there.mode === mode && there.uid === uid && there.gid === gid
  return isAlike && (kind === 'directory' || (kind === 'file' && there.digest === digest))
}

function isSpecial({ path, mode, uid, gid }: FileEntry, isWritable: boolean, input: CopyPlanInput): boolean {
  if (path === '/') return false
  const there = input.baseTree?.get(path)
  const wanted = isWritable ? { mode, ...input.owner } : { mode, uid, gid }
  const given = there?.kind === 'directory' ? there : { mode: 0o755, uid: 0, gid: 0 }
  return given.mode !== wanted.mode || given.uid !== wanted.uid || given.gid !== wanted.gid
}
