import type { Digest } from '../image/digest.ts'
import type { Job } from '../std/job.ts'
import { removeUnpackedOf } from './unpack/unpacked-layer.ts'

/**
 * Removes what layers were unpacked to, but for those in `keep`, and what killed processes left behind there. To be called in a
 * process that could have unpacked them: in a user namespace files belong to ids that the user outside has no power over. What is
 * mounted stays.
 */
export async function removeUnpackedLayers(
  layersDirectory: string,
  keep: ReadonlySet<Digest>,
  job: Job,
): Promise<void> {
  const kept: ReadonlySet<string> = keep
  await removeUnpackedOf(layersDirectory, (found) => !kept.has(found), job)
}
