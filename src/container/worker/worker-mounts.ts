import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IndexedLayer } from '../../filetree/index-layer.ts'
import type { Digest } from '../../image/digest.ts'
import type { SandboxMount } from '../../sandbox/process-spec.ts'
import { openSnapshot } from '../../snapshot/open-snapshot.ts'
import { assert } from '../../std/assert.ts'
import { systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { mount, mountFlags, unmount } from '../../std/syscalls-mount.ts'
import { ContainerError } from '../errors.ts'
import type { ToldMount } from '../protocol/messages.ts'
import { makeCacheFolder } from './cache-folder.ts'
import { bindFromRoot } from './read-in-root.ts'

/** The folders that containers work in. */
export interface WorkerDirectories {
  readonly layersDirectory: string
  readonly scratchDirectory: string
}

/** Opens layers by their diff IDs. */
export type OpenLayers = (ids: readonly Digest[], job: Job) => Promise<readonly IndexedLayer[]>

/** Mounts that a runtime can do, with what they hold until the process has ended. */
export interface OpenedMounts extends AsyncDisposable {
  readonly mounts: readonly SandboxMount[]
}

/** Makes mounts of layers, caches and contents into mounts of paths. @throws ContainerError `no-mount-source` */
export async function openMounts(
  told: readonly ToldMount[],
  directories: WorkerDirectories,
  openLayers: OpenLayers,
  job: Job,
): Promise<OpenedMounts> {
  await using held = new AsyncDisposableStack()
  const mounts: SandboxMount[] = []
  let memory: string | undefined
  for (const each of told) {
    if (each.kind === 'bind' || each.kind === 'tmpfs') mounts.push(each)
    else if (each.kind === 'content') {
      memory ??= openMemory(directories.scratchDirectory, held)
      mounts.push(contentMount(each, join(memory, String(mounts.length))))
    } else if (each.kind === 'cache') mounts.push(await cacheMount(each, directories, openLayers, held, job))
    else {
      const layers = await openLayers(each.layerIds, job)
      const snapshot = held.use(await openSnapshot(layers, directories, job))
      mounts.push(boundMount(snapshot.rootfs, each, directories, held))
    }
  }
  const moved = held.move()
  return { mounts, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}

/** A folder in memory: what is put there never gets onto a disk. */
function openMemory(scratchDirectory: string, held: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(scratchDirectory, 'memory-'))
  mount({
    source: 'tmpfs',
    target: folder,
    type: 'tmpfs',
    flags: mountFlags.noSetuid | mountFlags.noDevices,
    data: 'mode=0700',
  })
  held.defer(() => unmount(folder))
  return folder
}

function contentMount(
  { content, target, mode, uid, gid }: Extract<ToldMount, { kind: 'content' }>,
  source: string,
): SandboxMount {
  writeFileSync(source, content, { flag: 'wx', mode: 0o600 })
  giveIfPossible(source, uid, gid)
  chmodSync(source, mode)
  return { kind: 'bind', source, target, isReadOnly: true }
}

/** Whom a user namespace does not have nobody is in it either: then it stays root's. */
function giveIfPossible(path: string, uid: number, gid: number): void {
  try {
    chownSync(path, uid, gid)
  } catch (error) {
    if (systemErrorCode(error) !== 'EINVAL') throw error
  }
}

async function cacheMount(
  each: Extract<ToldMount, { kind: 'cache' }>,
  directories: WorkerDirectories,
  openLayers: OpenLayers,
  held: AsyncDisposableStack,
  job: Job,
): Promise<SandboxMount> {
  const { directory, seed, mode, uid, gid } = each
  const fill = async (folder: string): Promise<void> => {
    if (seed !== undefined) return await copySeed(seed, folder, directories, openLayers, job)
    giveIfPossible(folder, uid, gid)
    chmodSync(folder, mode)
  }
  await makeCacheFolder(directory, fill, job)
  return boundMount(directory, each, directories, held)
}

async function copySeed(
  { layerIds, source }: { readonly layerIds: readonly Digest[]; readonly source: string },
  target: string,
  directories: WorkerDirectories,
  openLayers: OpenLayers,
  job: Job,
): Promise<void> {
  await using held = new AsyncDisposableStack()
  const snapshot = held.use(await openSnapshot(await openLayers(layerIds, job), directories, job))
  const mount = { source, target, isReadOnly: true }
  const bound = boundMount(snapshot.rootfs, mount, directories, held)
  assert(bound.kind === 'bind', 'what is bound is a bind mount')
  // Owners, modes, times and links as they are; no link is followed.
  const { status, stderr, error } = spawnSync('cp', ['--archive', '--no-target-directory', bound.source, target], {
    encoding: 'utf8',
  })
  if (status === 0) return
  throw new ContainerError(
    'no-mount-source',
    `${source} cannot be copied into a cache: ${error?.message ?? stderr.trim()}`,
  )
}

/** Of what others may write to meanwhile: the file itself is bound, so no link that they put in its place counts. */
function boundMount(
  root: string,
  { source, target, isReadOnly }: { readonly source: string; readonly target: string; readonly isReadOnly: boolean },
  { scratchDirectory }: WorkerDirectories,
  held: AsyncDisposableStack,
): SandboxMount {
  const place = join(mkdtempSync(join(scratchDirectory, 'bound-')), 'place')
  if (!bindFromRoot(root, source, place)) {
    throw new ContainerError('no-mount-source', `there is no ${source} to mount at ${target}`)
  }
  held.defer(() => unmount(place))
  return { kind: 'bind', source: place, target, isReadOnly }
}
