import type { Digest } from '../../image/digest.ts'
import { deleteFolder, discard, giveName, layerFolder, type WorkFolder } from './folders.ts'
import { openCached } from './open-cached.ts'

/**
 * Gives a finished folder its name. Where somebody else was first, theirs stays: the name is never without a layer, so whoever is about to
 * open it finds it. What has the name and is not sound is replaced.
 */
export async function publish(directory: string, work: WorkFolder, diffId: Digest, nowMs: number): Promise<void> {
  while (!(await giveName(directory, work.path, diffId))) {
    const theirs = await openCached(directory, diffId, nowMs)
    if (theirs === undefined) {
      await discard(directory, layerFolder(directory, diffId))
      continue
    }
    await theirs.tar.close()
    await deleteFolder(work.path)
    return
  }
}
