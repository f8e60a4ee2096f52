import { lchownSync } from 'node:fs'
import { chmod, mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileAttributes } from '../filetree/file-entry.ts'
import { mergeLayers } from '../filetree/file-tree.ts'
import type { IndexedLayer } from '../filetree/index-layer.ts'
import { systemErrorCode } from '../std/errors.ts'
import type { Job } from '../std/job.ts'
import { makeDirectory } from '../std/make-directory.ts'
import { setTimes, setXattr } from '../std/syscalls-files.ts'
import { unmount } from '../std/syscalls-mount.ts'
import { changedPaths } from './changes/changed-paths.ts'
import { readChanges } from './changes/read-changes.ts'
import { isOverlayXattr, type OverlayNamespace } from './layer/overlay-attributes.ts'
import { openLowerLayers, type LowerLayers } from './mount/lower-layers.ts'
import { mountOverlay, OptionsTooLongError } from './mount/mount-overlay.ts'
import { asMountError, asWriteError } from './mount/failures.ts'
import { removeTree } from '../std/remove-tree.ts'
import type { WritableSnapshot } from './snapshot.ts'

/** Where a snapshot's files are, and what it may do. */
export interface SnapshotOptions {
  /** The cache folder that the layers were indexed in. Images of their metadata go beside their indexes, unpacked layers into `unpacked/`. */
  readonly layersDirectory: string
  /** For what is written: a folder on a file system that overlayfs can write to. Made where it is not there. */
  readonly scratchDirectory: string
  /**
   * What happens where a layer has an owner whom this user namespace does not have: `refuse`, or `ignore` (unless told), and then the
   * file belongs to root in here, with a notice when it is unpacked. Its owner stays in what `changes` tells.
   */
  readonly unmappedOwners?: 'refuse' | 'ignore' | undefined
  /** False unpacks all layers, also where the kernel could mount them. */
  readonly mayMountErofs?: boolean | undefined
}

/**
 * Mounts a writable root file system over layers. To be called in a process that has a mount namespace of its own, private, and the
 * right to mount: as root, or in a user namespace.
 *
 * With the right over the whole machine and on Linux 6.12 or newer a layer is mounted from its index and its tar; elsewhere it is
 * unpacked, once. Character devices 0:0 of an image appear as 0:1, and what is an order to overlayfs among its extended attributes
 * is left out. No device in the root can be opened, and in a user namespace they are empty files.
 *
 * @param layers lowest first; none gives an empty root. They stay the caller's, and are to stay open as long as the snapshot.
 * @throws SnapshotError `cannot-mount`, `cannot-write`, `cannot-read`
 * @throws FileTreeError `bad-layer` for a hard link that leads nowhere
 */
export async function openSnapshot(
  layers: readonly IndexedLayer[],
  options: SnapshotOptions,
  job: Job,
): Promise<WritableSnapshot> {
  try {
    return await open(layers, options, job)
  } catch (error) {
    throw await asWriteError(error, options.layersDirectory)
  }
}

const folders = ['upper', 'work', 'rootfs', 'l'] as const
/** Between the layers, since overlayfs is not mounted over none. */
const emptyName = 'empty'

async function open(
  layers: readonly IndexedLayer[],
  { layersDirectory, scratchDirectory, unmappedOwners = 'ignore', mayMountErofs = true }: SnapshotOptions,
  job: Job,
): Promise<WritableSnapshot> {
  const tree = layers.length === 0 ? undefined : mergeLayers(layers)
  await using opened = new AsyncDisposableStack()
  await makeDirectory(scratchDirectory, 0o700)
  const folder = await mkdtemp(join(scratchDirectory, 'snapshot-'))
  let isMounted = false
  // While it is mounted, what others have mounted in it would be deleted too.
  opened.defer(() => (isMounted ? undefined : removeTree(folder)))
  for (const name of folders) await mkdir(join(folder, name), 0o755)
  await mkdir(join(folder, 'l', emptyName), 0o755)

  const upper = join(folder, 'upper')
  const rootfs = join(folder, 'rootfs')
  const namespace = overlayNamespace(folder)
  const lower = await openLowerLayers(
    layers,
    {
      layersDirectory,
      folder: join(folder, 'l'),
      mayMountErofs: mayMountErofs && namespace === 'trusted',
      // Those that two overlays lie over: a mounted one would be a third file system over another, which the kernel refuses.
      unpackedBelow: layers.length > overlayLayersMax ? layers.length - overlayLayersMax + 1 : 0,
      namespace,
      unmappedOwners,
    },
    job,
  )
  opened.use(lower)
  const root = tree?.get('/')
  if (root !== undefined) await setRootAttributes(upper, root)
  await mountRoot(folder, lower, namespace)
  isMounted = true
  opened.defer(() => {
    unmount(rootfs)
    isMounted = false
  })
  lower.hide()

  const kept = opened.move()
  return {
    rootfs,
    changes: (options, job) => readChanges({ upper, tree }, options, job),
    changedPaths: (options, job) => changedPaths({ upper, tree }, options, job),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** What overlayfs takes. */
const overlayLayersMax = 500
/** Where the lowest layers are one, when there are more. */
const belowName = 'l/below'

async function mountRoot(folder: string, lower: LowerLayers, namespace: OverlayNamespace): Promise<void> {
  const names = (lower.names.length === 0 ? [emptyName] : lower.names).map((name) => `l/${name}`)
  const writable = { upper: 'upper', work: 'work' }
  const isDeep = names.length > overlayLayersMax
  try {
    if (isDeep) await mountBelow(folder, names.slice(overlayLayersMax - 1), namespace)
    const top = isDeep ? [...names.slice(0, overlayLayersMax - 1), belowName] : names
    mountOverlay({ folder, lower: top, writable, target: 'rootfs', namespace })
  } catch (error) {
    throw await asMountError(error, folder)
  } finally {
    // The overlay has it by now.
    if (isDeep) unmountIfThere(join(folder, belowName))
  }
}

/** Overlayfs may lie over another one, but not over a third. */
async function mountBelow(folder: string, lower: readonly string[], namespace: OverlayNamespace): Promise<void> {
  if (lower.length > overlayLayersMax) throw new OptionsTooLongError(`${lower.length + overlayLayersMax - 1} layers`)
  await mkdir(join(folder, belowName))
  mountOverlay({ folder, lower, writable: undefined, target: belowName, namespace })
}

function unmountIfThere(path: string): void {
  try {
    unmount(path)
  } catch {
    // It was not mounted.
  }
}

/** The root of an overlay has the attributes of the upper directory. */
async function setRootAttributes(upper: string, root: FileAttributes): Promise<void> {
  try {
    lchownSync(upper, root.uid, root.gid)
  } catch (error) {
    if (systemErrorCode(error) !== 'EINVAL') throw error
  }
  await chmod(upper, root.mode)
  for (const [name, value] of root.xattrs) {
    if (isOverlayXattr(name)) continue
    try {
      setXattr(upper, name, value)
    } catch {
      // What this file system does not take the root does without.
    }
  }
  setTimes(upper, root.modified)
}

/** Attributes named `trusted` take the right over the whole machine. This one means nothing. */
function overlayNamespace(folder: string): OverlayNamespace {
  try {
    setXattr(folder, 'trusted.wherry', new Uint8Array(0))
    return 'trusted'
  } catch (error) {
    return systemErrorCode(error) === 'EPERM' ? 'user' : 'trusted'
  }
}
