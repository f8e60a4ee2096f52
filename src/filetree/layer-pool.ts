import type { Digest } from '../image/digest.ts'
import type { Layer } from '../image/image.ts'
import { forEachConcurrently } from '../std/concurrency.ts'
import type { Job } from '../std/job.ts'
import { indexLayer, type IndexedLayer } from './index-layer.ts'

/** Layers that are each opened once, however many look into them. Disposing of it closes them. */
export class LayerPool implements AsyncDisposable {
  readonly #directory: string
  readonly #opened = new Map<Digest, Promise<IndexedLayer>>()

  /** @param directory the cache folder, as {@link indexLayer} has it */
  constructor(directory: string) {
    this.#directory = directory
  }

  /** Opens layers, several at once. @returns them in the same order @throws what {@link indexLayer} throws */
  async open(layers: readonly Layer[], job: Job): Promise<readonly IndexedLayer[]> {
    const opened = new Map<Digest, IndexedLayer>()
    const different = new Map(layers.map((layer) => [layer.diffId, layer]))
    await forEachConcurrently(different.values(), job.limits.transfersMax, job, async (layer, inner) => {
      opened.set(layer.diffId, await this.#openOne(layer, inner))
    })
    return layers.flatMap(({ diffId }) => opened.get(diffId) ?? [])
  }

  async #openOne(layer: Layer, job: Job): Promise<IndexedLayer> {
    const { diffId } = layer
    for (let known = this.#opened.get(diffId); known !== undefined; known = this.#opened.get(diffId)) {
      const opened = await known.catch(() => undefined)
      if (opened !== undefined) return opened
      // Whoever tried may have been cancelled.
      if (this.#opened.get(diffId) === known) this.#opened.delete(diffId)
    }
    const opening = indexLayer(layer, this.#directory, job)
    this.#opened.set(diffId, opening)
    return await opening
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values())
    this.#opened.clear()
    await Promise.all(
      opened.map(async (each) => {
        if (each.status === 'fulfilled') await each.value[Symbol.asyncDispose]()
      }),
    )
  }
}
