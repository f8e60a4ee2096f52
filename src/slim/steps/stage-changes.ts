import { openFileTree } from '../../filetree/file-tree.ts'
import type { Job } from '../../std/job.ts'
import type { StageChanges } from '../rewrite-input.ts'
import { layersOfStage } from '../rewrite/stage-layers.ts'
import { evaluateText } from './evaluate-text.ts'
import type { Asking, Source } from './situation.ts'

/** What a stage made, while the files that it began with are open. */
export interface OpenedStage extends AsyncDisposable {
  readonly changes: StageChanges | undefined
}

/** What the stage that is slimmed made of what it began with, as the history of its image tells it. */
export async function openStageChanges(
  { text, image }: Pick<Source, 'text' | 'image'>,
  { request, machinery }: Pick<Asking, 'request' | 'machinery'>,
  job: Job,
): Promise<OpenedStage> {
  const { target } = evaluateText(text, request)
  const layers = target === undefined ? undefined : layersOfStage(target, image.config)
  if (layers === undefined) return { changes: undefined, [Symbol.asyncDispose]: async () => {} }
  const made = layers.filter((layer) => layer !== undefined).length
  const began = image.layers.slice(0, image.layers.length - made)
  const below = await openFileTree({ layers: began }, machinery.build.layersDirectory, job)
  return { changes: { layers, below }, [Symbol.asyncDispose]: async () => await below[Symbol.asyncDispose]() }
}
