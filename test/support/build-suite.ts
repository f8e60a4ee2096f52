import { join } from 'node:path'
import type { Digest } from '../../src/image/digest.ts'
import { loadImage, type Image } from '../../src/image/image.ts'
import { hostPlatform } from '../../src/image/platform.ts'
import { parseReference } from '../../src/image/reference.ts'
import { createJob } from '../../src/std/job.ts'
import { openStore } from '../../src/store/layout-store.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { writeBuildBases } from './build-base-images.ts'
import type { BuildCase } from './build-cases.ts'
import type { Built } from './build-peers.ts'
import { reduceImage, type ReducedImage } from './build-reduce.ts'

/** The base images in a layout of their own, and what reduces images that are built on them. */
export interface BuildBases extends AsyncDisposable {
  /** An image layout with them. */
  readonly layout: string
  readonly digests: ReadonlyMap<string, Digest>
  reduce(each: BuildCase, built: Built): Promise<ReducedImage>
}

/** Makes them. */
export async function buildBases(): Promise<BuildBases> {
  await using owned = new AsyncDisposableStack()
  const { path } = owned.use(await temporaryDirectory())
  const job = createJob()
  const layout = join(path, 'layout')
  const store = owned.use(await openStore(layout, job))
  const digests = await writeBuildBases(store)
  const images: Image[] = []
  for (const name of digests.keys()) {
    images.push(await loadImage(store, await store.resolve(parseReference(name), job), hostPlatform(), job))
  }
  const moved = owned.move()
  return {
    layout,
    digests,
    reduce: async (each, { source, descriptor }) =>
      await reduceImage(source, descriptor, images, join(path, 'cache'), {
        platform: each.platform,
        times: each.compares.includes('times'),
        layerPaths: each.compares.includes('layers'),
      }),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}
