import { chmod, chown, lchown, link, mkdir, open, symlink, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { PathMatcher } from '../../dockerfile/path-matcher.ts'
import { assert } from '../../std/assert.ts'
import type { Job } from '../../std/job.ts'
import { placeMade } from '../layers/place-made.ts'
import type { LockedPackage } from '../locked-packages.ts'
import type { ReadPackage } from '../packages/read-package.ts'
import { readRange } from '../packages/spool.ts'
import { mergedUsr } from '../provide/merged-usr.ts'
import { ImageTree, linkTargetOf } from '../tree/image-tree.ts'
import { placePackage, type Selection, type Selections } from '../tree/place-package.ts'

/** What a root begins with. */
export interface BootstrapOptions {
  /** An empty folder. */
  readonly root: string
  readonly packages: readonly LockedPackage[]
  /** By the hash of the .deb. */
  readonly read: ReadonlyMap<string, ReadPackage>
  readonly excluded: PathMatcher
  /** In Debian's words. */
  readonly architecture: string
}

/**
 * Puts the files of packages into a root, so that the dpkg in it can be run and unpack the same packages once more, knowing of
 * them. Directories get what the packages say, since dpkg leaves those as they are that are there.
 *
 * @throws BaseError `file-conflict`, `bad-package-content`; system errors as they come
 */
export async function bootstrapRoot(options: BootstrapOptions, job: Job): Promise<void> {
  const { root, packages, read, excluded, architecture } = options
  const tree = new ImageTree()
  const placed: Selections = new Map()
  const context = { layer: 0, links: [], tree, selections: placed, packages: [], architecture, dateSeconds: 0 }
  placeMade(await mergedUsr(context), 0, tree, placed)
  for (const { name, file } of packages) {
    placePackage(name, readOf(read, file.sha256).contents, 0, excluded, tree, placed)
  }
  for (const [path, { mode, uid, gid }] of tree.directoriesOf(0)) {
    await mkdir(join(root, path))
    await giveTo(join(root, path), uid, gid, mode)
  }
  for (const [path, file] of tree.files()) {
    if (file.from === 'made') await symlink(linkTargetOf(file) ?? '', join(root, path))
  }
  for (const { name, file } of packages) {
    const selection = placed.get(name)
    assert(selection !== undefined, `${name} was placed`)
    await writePackage(root, selection, readOf(read, file.sha256), job)
  }
  await prepareDpkg(root, tree)
}

function readOf(read: ReadonlyMap<string, ReadPackage>, sha256: string): ReadPackage {
  const found = read.get(sha256)
  assert(found !== undefined, 'all packages were read')
  return found
}

/** Its links come last: what they are of is there then. */
async function writePackage(root: string, { contents, paths }: Selection, read: ReadPackage, job: Job): Promise<void> {
  const spool = await read.spool(job)
  await using handle = await open(spool.path)
  const located = new Map<string, string>()
  for (const [number, path] of paths) {
    job.signal.throwIfAborted()
    const entry = contents.entries[number]
    if (entry === undefined) continue
    const target = join(root, path)
    located.set(entry.path, target)
    if (entry.kind === 'symbolic-link') {
      await symlink(entry.linkTarget, target)
      await lchown(target, entry.uid, entry.gid)
    } else if (entry.kind === 'file') {
      await copyRange(handle, spool.offsets[number] ?? 0, entry.sizeBytes, target, job)
      await giveTo(target, entry.uid, entry.gid, entry.mode)
    }
  }
  for (const [number, path] of paths) {
    const entry = contents.entries[number]
    const original = entry?.kind === 'hard-link' ? located.get(entry.linkTarget) : undefined
    if (original !== undefined) await link(original, join(root, path))
  }
}

async function copyRange(from: FileHandle, start: number, sizeBytes: number, target: string, job: Job): Promise<void> {
  await using handle = await open(target, 'wx', 0o600)
  for await (const chunk of readRange(from, start, sizeBytes, job)) await handle.writeFile(chunk)
}

/** The mode comes last: another owner takes the bits away that let a program run as him. */
async function giveTo(path: string, uid: number, gid: number, mode: number): Promise<void> {
  await chown(path, uid, gid)
  await chmod(path, mode)
}

/** What dpkg wants to find, and the links that alternatives will be and that scripts need before: awk is one. */
async function prepareDpkg(root: string, tree: ImageTree): Promise<void> {
  if (tree.file('usr/bin/dpkg') === undefined) return
  await writeFile(join(root, 'var/lib/dpkg/status'), '')
  await writeFile(join(root, 'var/lib/dpkg/available'), '')
  // A tmpfs lies over /run while scripts run, and the directory is what /var/lock leads to.
  await mkdir(join(root, 'run/lock'), { recursive: true })
  await chmod(join(root, 'run/lock'), 0o1777)
  if (tree.file('usr/bin/mawk') !== undefined) await symlink('mawk', join(root, 'usr/bin/awk'))
}
