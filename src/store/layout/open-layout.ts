import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { mediaTypes } from '../../image/media-type.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { atPath, StoreError } from '../errors.ts'
import { replaceFile, unlessMissing, withLock } from './files.ts'
import { checkLayoutFile, layoutFileBytes } from './index-file.ts'
import { layoutPaths, ownFolder, type LayoutPaths } from './paths.ts'

/** What a store that was being made when its maker died may hold. */
const unfinishedNames = new Set([ownFolder, 'blobs', 'index.json'])

/**
 * Checks that the folder is an image layout, and makes one where there is nothing.
 *
 * @throws StoreError `not-a-layout`, `unsupported-version`, `bad-index`, `not-writable`, …
 */
export async function openLayout(root: string, job: Job): Promise<LayoutPaths> {
  const paths = layoutPaths(root)
  if (await isLayout(paths)) return paths
  await atPath(root, () => makeDirectory(root))
  const names = await atPath(root, () => readdir(root))
  if (names.some((name) => !unfinishedNames.has(name))) {
    // Another process may have made the store since we looked.
    if (await isLayout(paths)) return paths
    throw new StoreError('not-a-layout', `${root} is neither an image layout nor empty`, {
      hint: 'An image layout holds a file oci-layout. Choose an empty folder, or one that does not exist.',
    })
  }
  await withLock(join(paths.own, 'create.lock'), 'exclusive', 'making the store', job, () => createLayout(paths))
  return paths
}

async function isLayout(paths: LayoutPaths): Promise<boolean> {
  const bytes = await atPath(paths.layoutFile, () => unlessMissing(() => readFile(paths.layoutFile)))
  if (bytes === undefined) return false
  checkLayoutFile(bytes, paths.layoutFile)
  return true
}

/** `oci-layout` comes last: where it is, the rest is. */
async function createLayout(paths: LayoutPaths): Promise<void> {
  if (await isLayout(paths)) return
  const temporaryPath = join(paths.own, 'create.new')
  await atPath(paths.blobs, () => makeDirectory(join(paths.blobs, 'sha256')))
  const index = await atPath(paths.indexFile, () => unlessMissing(() => stat(paths.indexFile)))
  if (index === undefined) {
    const empty = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [] }
    await replaceFile(paths.indexFile, temporaryPath, Buffer.from(JSON.stringify(empty)))
  }
  await replaceFile(paths.layoutFile, temporaryPath, layoutFileBytes)
}
