import { rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ContentSource } from '../image/content.ts'
import { copyContent } from '../image/copy.ts'
import type { Job } from '../std/job.ts'
import { atPath } from './errors.ts'
import { unlessMissing } from './layout/files.ts'
import { layoutPaths } from './layout/paths.ts'
import { openStore } from './layout-store.ts'
import type { SavedImage } from './saving/docker-list.ts'

/**
 * Copies images into the folder of an image layout, which is made when it is not there. In a layout that is there, what is
 * not copied stays. Nothing of ours stays in it, unless it is a store of ours.
 *
 * @throws StoreError `not-a-layout`, …; ImageError
 */
export async function saveLayout(
  path: string,
  source: ContentSource,
  images: readonly SavedImage[],
  job: Job,
): Promise<void> {
  const { own } = layoutPaths(resolve(path))
  const isStore = (await unlessMissing(() => stat(own))) !== undefined
  {
    await using layout = await openStore(path, job)
    for (const { descriptor, names } of images) {
      const references = names.filter((name) => typeof name !== 'string')
      const copied = await copyContent(source, layout, descriptor, { platforms: 'all', names: references }, job)
      for (const name of names) if (typeof name === 'string') await layout.list(copied, job, name)
      if (names.length === 0) await layout.list(copied, job)
    }
  }
  if (!isStore) await atPath(own, () => rm(own, { recursive: true, force: true }))
}
