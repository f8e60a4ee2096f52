import { mkdir, rmdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { IndexedLayer } from '../../filetree/index-layer.ts'
import { systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { unmount } from '../../std/syscalls-mount.ts'
import { openImage, type OpenImage } from '../erofs/cached-image.ts'
import { UnfitForErofsError } from '../erofs/encode-image.ts'
import { lowerContent, type LowerContent } from '../layer/lower-content.ts'
import { openUnpacked } from '../unpack/unpacked-layer.ts'
import type { UnpackOptions } from '../unpack/unpack-layer.ts'
import { mountErofs } from './mount-erofs.ts'

/** Where layers come from and go to. */
export interface LowerOptions extends UnpackOptions {
  readonly layersDirectory: string
  /** The folder that overlayfs finds the layers in. */
  readonly folder: string
  /** Whether EROFS is tried. */
  readonly mayMountErofs: boolean
  /** How many layers, the lowest, are unpacked in any case. */
  readonly unpackedBelow: number
}

/** Layers that overlayfs can be mounted over. */
export interface LowerLayers extends AsyncDisposable {
  /** Names in the folder, highest first. */
  readonly names: readonly string[]
  /** Takes the mounts out of sight. To be called when overlayfs has them. */
  hide(): void
}

/** Folders of layers on file systems from which this machine does not mount EROFS. It is tried once for each. */
const withoutErofs = new Set<string>()

/**
 * Makes each layer a directory: by a mount of EROFS where that is possible, and else by unpacking it. Layers that hold nothing are
 * left out; of one that is there several times the highest says everything.
 */
export async function openLowerLayers(
  layers: readonly IndexedLayer[],
  options: LowerOptions,
  job: Job,
): Promise<LowerLayers> {
  await using opened = new AsyncDisposableStack()
  const mounted: string[] = []
  opened.defer(() => unmountAll(mounted))
  const names: string[] = []
  const seen = new Set<string>()
  for (let position = layers.length - 1; position >= 0; position -= 1) {
    job.signal.throwIfAborted()
    const index = layers[position]?.index
    if (index === undefined || index.entryCount === 1 || seen.has(index.diffId)) continue
    seen.add(index.diffId)
    const name = String(position)
    const path = join(options.folder, name)
    const content = lowerContent(layers, position)
    const mayMountErofs = options.mayMountErofs && position >= options.unpackedBelow
    if (mayMountErofs && (await tryErofs(content, layers, path, options, job))) mounted.push(path)
    else {
      const unpacked = opened.use(await openUnpacked(content, options.layersDirectory, options, job))
      await symlink(unpacked.root, path)
    }
    names.push(name)
  }
  const kept = opened.move()
  return { names, hide: () => unmountAll(mounted), [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

function unmountAll(paths: string[]): void {
  for (const path of paths.splice(0)) unmount(path)
}

async function tryErofs(
  content: LowerContent,
  layers: readonly IndexedLayer[],
  path: string,
  { layersDirectory, folder }: LowerOptions,
  job: Job,
): Promise<boolean> {
  if (withoutErofs.has(layersDirectory)) return false
  try {
    await using image = await openImage(content, layers, folder, job)
    await mkdir(path)
    if (isMounted(image, path)) return true
    await rmdir(path)
  } catch (error) {
    if (error instanceof UnfitForErofsError) return false
    throw error
  }
  withoutErofs.add(layersDirectory)
  return false
}

/** It fails with an old kernel, one without EROFS, a file system that it is not mounted from, or without the right to mount it. */
function isMounted(image: OpenImage, path: string): boolean {
  try {
    mountErofs(image, path)
    return true
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error
    return false
  }
}
