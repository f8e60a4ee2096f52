import { openFileTree } from '../filetree/file-tree.ts'
import type { ContainerMount } from './container.ts'
import type { Image } from '../image/image.ts'
import type { Job } from '../std/job.ts'

const volumeMode = 0o755

/**
 * Folders of a container's own: with what the image has there, thrown away at the end as everything else is. Nothing has to be done where
 * the image has the folder and its root can be written to anyway.
 */
export async function volumeMounts(
  paths: readonly string[],
  { image, layersDirectory, isRootReadOnly }: VolumeSurroundings,
  job: Job,
): Promise<readonly ContainerMount[]> {
  if (paths.length === 0) return []
  await using tree = await openFileTree(image, layersDirectory, job)
  return paths.flatMap((target): readonly ContainerMount[] => {
    if (tree.resolve(target)?.kind !== 'directory') {
      return [{ kind: 'tmpfs', target, sizeBytes: undefined, mode: volumeMode }]
    }
    const { layers } = image
    return isRootReadOnly ? [{ kind: 'layers', layers, source: target, target, isReadOnly: false }] : []
  })
}

/** Where volumes are. */
export interface VolumeSurroundings {
  readonly image: Pick<Image, 'layers'>
  readonly layersDirectory: string
  readonly isRootReadOnly: boolean
}
