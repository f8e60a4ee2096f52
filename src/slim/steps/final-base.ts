import { openFileTree, type FileTree } from '../../filetree/file-tree.ts'
import type { RunConfig } from '../../image/config.ts'
import type { Platform } from '../../image/descriptor.ts'
import { loadImage } from '../../image/image.ts'
import type { Job } from '../../std/job.ts'
import type { SlimMachinery, SlimRequest } from '../slim-request.ts'

/** The image that the final stage begins with. */
export interface FinalBase extends AsyncDisposable {
  readonly reference: string
  readonly tree: FileTree
  readonly config: RunConfig
}

/** Undefined where the final stage begins with nothing. @throws what finding and reading an image throws */
export async function openFinalBase(
  { finalBase, build }: SlimRequest,
  machinery: SlimMachinery,
  platform: Platform,
  job: Job,
): Promise<FinalBase | undefined> {
  if (finalBase === undefined) return undefined
  const { source, descriptor } = await build.images.resolve(finalBase, platform, job)
  const image = await loadImage(source, descriptor, platform, job)
  const tree = await openFileTree(image, machinery.build.layersDirectory, job)
  const close = async (): Promise<void> => await tree[Symbol.asyncDispose]()
  return { reference: finalBase, tree, config: image.config.config ?? {}, [Symbol.asyncDispose]: close }
}
