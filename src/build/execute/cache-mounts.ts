import { join } from 'node:path'
import type { ContainerMount } from '../../container/container.ts'
import { lockFile, tryLockFile, type FileLock } from '../../std/file-lock.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { lockSuffix, mountsFolder } from '../cache/folders.ts'
import type { PlannedMount } from '../plan/plan.ts'
import type { OpenedOrigin } from './origins.ts'

type CacheMount = Extract<ContainerMount, { kind: 'cache' }>

/** Where caches are, and what they begin with. */
export interface CachePlaces {
  /** The folder of the build cache. */
  readonly cacheDirectory: string
  readonly originOf: (mount: PlannedMount) => Promise<Pick<OpenedOrigin, 'files' | 'chain'>>
}

/** The cache mounts of a RUN, by what was planned of them. */
export interface OpenedCaches extends AsyncDisposable {
  readonly mounts: ReadonlyMap<PlannedMount, ContainerMount>
}

/**
 * Locks the caches of a RUN, which nobody prunes until this is disposed of. What waits for others never makes them wait for itself: what the
 * caches begin with is there before the first is locked, all RUNs lock theirs in one order, and one that is mounted twice is locked once.
 */
export async function openCaches(
  mounts: readonly PlannedMount[],
  places: CachePlaces,
  job: Job,
): Promise<OpenedCaches> {
  const wanted = new Map<PlannedMount, CacheMount>()
  for (const mount of mounts) {
    if (mount.type !== 'cache' || mount.target === undefined) continue
    wanted.set(mount, await wantedCache(mount, mount.target, places))
  }
  if (wanted.size > 0) await makeDirectory(mountsFolder(places.cacheDirectory), 0o700)
  await using held = new AsyncDisposableStack()
  const locked = new Map<PlannedMount, ContainerMount>()
  const known = new Set<string>()
  for (const [mount, cache] of inOneOrder(wanted)) {
    const { directory } = cache
    if (mount.sharing === 'private') {
      const lock = held.use(await lockPrivate(directory))
      locked.set(mount, { ...cache, directory: lock.path.slice(0, -lockSuffix.length) })
      continue
    }
    if (!known.has(directory)) held.use(await lockShared(mount, directory, job))
    known.add(directory)
    locked.set(mount, cache)
  }
  const moved = held.move()
  return { mounts: locked, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}

async function wantedCache(
  mount: PlannedMount,
  target: string,
  { cacheDirectory, originOf }: CachePlaces,
): Promise<CacheMount> {
  const { uid, gid, mode, isReadOnly } = mount
  const { files, chain } = await originOf(mount)
  // With a source of files, the path is one of theirs, and what lies there is what the cache begins with.
  const isSeeded = files !== undefined && files.layers.length > 0
  const name = cryptoModule()
    .hash('sha256', cacheIdentity(mount, isSeeded ? chain : undefined))
    .slice(0, 32)
  const directory = join(mountsFolder(cacheDirectory), name)
  const seed = isSeeded ? { layers: files.layers, source: mount.source } : undefined
  const source = isSeeded ? '/' : mount.source
  return { kind: 'cache', directory, seed, source, target, isReadOnly, mode, uid, gid }
}

/**
 * Which folder a cache is. As with BuildKit, who asks for another owner or mode, or for other files to begin with, has another cache under
 * the same ID: in that of somebody else, it could not write, or would not find what it begins with.
 */
function cacheIdentity({ id, source, mode, uid, gid }: PlannedMount, seed: string | undefined): string {
  if (seed !== undefined) return JSON.stringify([id, seed, source])
  return mode === 0o755 && uid === 0 && gid === 0 ? id : JSON.stringify([id, mode, uid, gid])
}

/** By their folders; of one that is mounted twice that which asks for most comes first. Private ones are not waited for, so they come last. */
function inOneOrder(wanted: ReadonlyMap<PlannedMount, CacheMount>): readonly [PlannedMount, CacheMount][] {
  const ranks = { locked: 0, shared: 1, private: 2 } as const
  const placeOf = ([{ sharing }, { directory }]: [PlannedMount, CacheMount]): string =>
    `${sharing === 'private' ? 1 : 0} ${directory} ${ranks[sharing]}`
  return [...wanted].toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
}

/** A locked cache is waited for. */
async function lockShared({ id, sharing }: PlannedMount, directory: string, job: Job): Promise<FileLock> {
  const mode = sharing === 'locked' ? 'exclusive' : 'shared'
  return await lockFile(`${directory}${lockSuffix}`, mode, { title: `using the cache ${id}` }, job)
}

/** A private cache that somebody has is another folder. */
async function lockPrivate(directory: string): Promise<FileLock> {
  for (let number = 0; ; number += 1) {
    const name = number === 0 ? directory : `${directory}-${number}`
    const lock = await tryLockFile(`${name}${lockSuffix}`, 'exclusive')
    if (lock !== undefined) return lock
  }
}
