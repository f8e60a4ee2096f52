import { posix } from 'node:path'
import type { TarEntry } from '../../archive/tar-entry.ts'
import type { FileEntry } from '../../filetree/file-entry.ts'
import { assert } from '../../std/assert.ts'
import type { Job } from '../../std/job.ts'
import { printable } from '../../std/printable.ts'
import { joinPath } from '../context/join-path.ts'
import { BuildError } from '../errors.ts'
import type { ArchiveFile, ArchiveMember } from './archive-members.ts'
import { makeDirectories } from './copy-into.ts'
import type { FileOwner } from './file-owner.ts'
import { noContent, type DraftEntry, type LayerDraft, type Placed } from './layer-draft.ts'

const rootOwned = { owner: undefined, mode: undefined }

/**
 * Unpacks an archive as BuildKit does: as if the destination was the root of a file system, which no name and no link leads out of.
 * A member replaces what is there; only a directory is merged with a directory. Its owner is what the archive says, or `--chown`.
 *
 * @param scope where it is unpacked: a directory, resolved
 * @throws BuildError `fetch-failed` for a hard link to what is not there, `bad-destination`
 */
export function unpackInto(draft: LayerDraft, archive: ArchiveFile, scope: string, owner: FileOwner | undefined): void {
  for (const member of archive.members) {
    const name = cleanName(member.entry.path)
    // The destination keeps what it has.
    if (name === '') continue
    const parent = enterDirectory(draft, posix.dirname(name), scope)
    const target = placeOf(draft, joinPath(parent, posix.basename(name)), scope, member.entry)
    if (member.entry.kind === 'hard-link') putHardLink(draft, member, target, scope)
    else draft.put(target, memberEntry(archive, member, owner))
  }
}

/**
 * Goes to a directory, making what is missing of it. Links are followed; one that leads to what is not there is an error, as the
 * kernel has it.
 */
function enterDirectory(draft: LayerDraft, path: string, scope: string): string {
  let at = scope
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue
    const next = joinPath(at, name)
    const isLink = draft.get(next)?.kind === 'symbolic-link'
    at = isLink ? draft.resolve(relativeTo(scope, next), scope) : next
    if (isLink && draft.get(at) === undefined) {
      throw new BuildError(
        'bad-destination',
        `${printable(next)} is a link to what is not there, so nothing is put into it`,
      )
    }
    makeDirectories(draft, at, rootOwned)
  }
  return at
}

/**
 * Where a member goes: newer versions of BuildKit follow a link to a directory in the place of a directory; older ones replace it, and
 * break /bin that way.
 */
function placeOf(draft: LayerDraft, path: string, scope: string, { kind }: TarEntry): string {
  if (kind !== 'directory' || draft.get(path)?.kind !== 'symbolic-link') return path
  const followed = draft.resolve(relativeTo(scope, path), scope)
  return draft.get(followed)?.kind === 'directory' ? followed : path
}

function relativeTo(scope: string, path: string): string {
  return scope === '/' ? path.slice(1) : path.slice(scope.length + 1)
}

/** Relative, with no way out: as for a process whose root is the destination, `..` of it is itself. */
function cleanName(name: string): string {
  return posix.normalize(`/${name}`).replace(/\/$/, '').slice(1)
}

function memberEntry(archive: ArchiveFile, member: ArchiveMember, owner: FileOwner | undefined): DraftEntry {
  const { kind, mode, modified, xattrs, linkTarget, deviceMajor, deviceMinor, sizeBytes } = member.entry
  assert(kind !== 'hard-link', 'a hard link is no file of its own')
  return {
    ...{ kind, modified, xattrs, linkTarget, deviceMajor, deviceMinor, sizeBytes },
    mode: kind === 'symbolic-link' ? 0o777 : mode,
    uid: owner?.uid ?? member.entry.uid,
    gid: owner?.gid ?? member.entry.gid,
    open: (job: Job) => (kind === 'file' ? archive.read(member, job) : noContent()),
  }
}

function putHardLink(draft: LayerDraft, { entry }: ArchiveMember, target: string, scope: string): void {
  const name = cleanName(entry.linkTarget)
  const source = joinPath(draft.resolve(posix.dirname(name), scope), posix.basename(name))
  const there = name === '' || source === target ? undefined : draft.get(source)
  if (there === undefined || there.kind === 'directory') throw brokenLink(entry)
  const file = ownEntry(draft, there)
  // A file of the layers below gets a second name only by being in this layer too.
  if (file !== there) draft.put(source, file)
  draft.put(target, file)
}

function ownEntry(draft: LayerDraft, there: Placed): DraftEntry {
  if ('open' in there) return there
  const { below } = draft
  assert(below !== undefined, `${there.path} is of no tree`)
  return belowEntry(there, (job) => below.openFile(there, job))
}

/** A file of the layers below as one of this layer. */
function belowEntry(entry: FileEntry, open: DraftEntry['open']): DraftEntry {
  const { kind, mode, uid, gid, modified, xattrs, linkTarget, deviceMajor, deviceMinor, sizeBytes } = entry
  return {
    ...{ kind, mode, uid, gid, modified, xattrs, linkTarget, deviceMajor, deviceMinor, sizeBytes },
    open: kind === 'file' ? open : noContent,
  }
}

function brokenLink({ path, linkTarget }: TarEntry): BuildError {
  const message = `${printable(path)} of the archive is a hard link to ${printable(linkTarget)}, which is no file`
  return new BuildError('fetch-failed', message, { hint: 'Make the archive anew.' })
}
