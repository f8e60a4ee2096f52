import { openFileTree } from '../../filetree/file-tree.ts'
import { parseImageConfig } from '../../image/config.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { layerOf, type LayerItem } from '../../../test/support/layers.ts'
import { lookInto, type MeasurableImage } from '../measurable-image.ts'

/** An image in memory, its layers lowest first, and its files. Its history says `RUN step 1`, `RUN step 2`, … */
export async function measurable(
  layers: readonly (readonly LayerItem[])[],
  config: object = {},
): Promise<MeasurableImage & AsyncDisposable> {
  const job = createJob()
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await temporaryDirectory())
  const made = await Promise.all(layers.map(layerOf))
  const document = {
    ...{ os: 'linux', architecture: 'amd64', config },
    rootfs: { type: 'layers', diff_ids: made.map(({ diffId }) => diffId) },
    history: made.map((_, number) => ({ created_by: `RUN /bin/sh -c step ${number + 1} # buildkit` })),
  }
  const image = { config: parseImageConfig(Buffer.from(JSON.stringify(document)), 'a made config'), layers: made }
  const tree = opened.use(await openFileTree(image, folder.path, job))
  const measured = await lookInto(image, tree, job)
  const moved = opened.move()
  return { ...measured, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}
