import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeTar } from '../../src/archive/tar-writer.ts'
import { openFileTree } from '../../src/filetree/file-tree.ts'
import { indexLayer, type IndexedLayer } from '../../src/filetree/index-layer.ts'
import type { Layer } from '../../src/image/image.ts'
import { openSnapshot } from '../../src/snapshot/open-snapshot.ts'
import type { ChangesOptions, WritableSnapshot } from '../../src/snapshot/snapshot.ts'
import { readAll } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'
import { walkFolder, type WalkedEntry } from '../support/folder-walk.ts'
import { layerOfTar } from '../support/layers.ts'

/** How layers become directories in a check. */
export type Way = 'erofs' | 'unpacked' | 'rootless'

/** Where a check may write, in a process that may mount. */
export interface Place {
  readonly way: Way
  readonly directory: string
}

export const job = createJob()

/** A snapshot over layers that are open as long as it is. */
export interface OpenedSnapshot extends WritableSnapshot {
  readonly indexed: readonly IndexedLayer[]
}

export async function openLayers(place: Place, layers: readonly Layer[]): Promise<OpenedSnapshot> {
  await using opened = new AsyncDisposableStack()
  const indexed: IndexedLayer[] = []
  for (const layer of layers) indexed.push(opened.use(await indexLayer(layer, layersDirectory(place), job)))
  const snapshot = opened.use(await openSnapshot(indexed, snapshotOptions(place), job))
  await checkWay(place, layers)
  const kept = opened.move()
  return {
    indexed,
    rootfs: snapshot.rootfs,
    changes: (options, job) => snapshot.changes(options, job),
    changedPaths: (options, job) => snapshot.changedPaths(options, job),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

export function layersDirectory({ directory }: Place): string {
  return join(directory, 'layers')
}

export function snapshotOptions(place: Place): Parameters<typeof openSnapshot>[1] {
  return {
    layersDirectory: layersDirectory(place),
    scratchDirectory: join(place.directory, 'scratch'),
    mayMountErofs: place.way !== 'unpacked',
  }
}

/** Checks that layers went the way that is to be checked, and not another. */
async function checkWay({ way, directory }: Place, layers: readonly Layer[]): Promise<void> {
  // Of more than 500, the lowest are unpacked.
  if (layers.length === 0 || layers.length > 500) return
  const hasUnpacked = (await readdir(join(directory, 'layers'))).includes('unpacked')
  if (way === 'erofs') assert(!hasUnpacked, 'a layer was unpacked')
}

/** What changed, as the layer of it. */
export async function changesOf(snapshot: WritableSnapshot, options: Partial<ChangesOptions> = {}): Promise<Layer> {
  const changes = snapshot.changes({ latestSeconds: undefined, mountPoints: [], ...options }, job)
  return layerOfTar(new Uint8Array(await readAll(writeTar(changes, job), 1e9)))
}

/** The paths of what changed, with a word for what else than a file or directory it is. */
export async function changedPaths(
  snapshot: WritableSnapshot,
  options: Partial<ChangesOptions> = {},
): Promise<readonly string[]> {
  const paths: string[] = []
  for await (const { entry } of snapshot.changes({ latestSeconds: undefined, mountPoints: [], ...options }, job)) {
    const isPlain = entry.kind === 'file' || entry.kind === 'directory'
    paths.push(isPlain ? entry.path : `${entry.path} ${entry.kind}${entry.linkTarget && ` ${entry.linkTarget}`}`)
  }
  return paths
}

/** What a process in the root would find, by path, without the numbers of inodes. */
export function seenIn(rootfs: string): ReadonlyMap<string, WalkedEntry> {
  return new Map(
    [...walkFolder(rootfs)].map(([path, entry]) => [
      path,
      { ...entry, inode: 0n, xattrs: entry.xattrs.filter(([name]) => name !== 'security.selinux') },
    ]),
  )
}

const sha256OfNothing = createHash('sha256').digest('hex')

/** In a user namespace these are empty files. */
export function isDevice(kind: string): boolean {
  return kind === 'character-device' || kind === 'block-device'
}

/** What the merged view says that there is. */
export async function expectedOf(
  { way, directory }: Place,
  layers: readonly Layer[],
): Promise<ReadonlyMap<string, WalkedEntry>> {
  await using tree = await openFileTree({ layers }, join(directory, 'layers'), job)
  const expected = new Map<string, WalkedEntry>()
  for (const entry of tree.entries()) {
    const { path, kind, uid, gid, sizeBytes, modified, linkTarget, deviceMajor, deviceMinor, digest } = entry
    if (path === '/') continue
    const isEmpty = way === 'rootless' && isDevice(kind)
    expected.set(path.slice(1), {
      kind: isEmpty ? 'file' : kind,
      mode: kind === 'symbolic-link' ? 0o777 : entry.mode,
      uid,
      gid,
      sizeBytes,
      seconds: modified.seconds,
      nanoseconds: modified.nanoseconds,
      linkTarget,
      deviceMajor: isEmpty ? 0 : deviceMajor,
      deviceMinor: isEmpty ? 0 : deviceMinor,
      inode: 0n,
      xattrs: Array.from(entry.xattrs, ([name, value]) => [name, Buffer.from(value).toString('hex')] as const),
      sha256: isEmpty ? sha256OfNothing : (digest?.slice('sha256:'.length) ?? ''),
    })
  }
  return expected
}

/** Both as lists in one order, for comparing. */
export function sorted<Value>(seen: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  return [...seen].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** How many mounts of a kind this process sees. */
export async function mountsOf(type: string): Promise<number> {
  const text = await readFile('/proc/self/mountinfo', 'utf8')
  return text.split('\n').filter((line) => line.split(' - ')[1]?.startsWith(`${type} `) === true).length
}
