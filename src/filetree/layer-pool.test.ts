import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { file, layerOf } from '../../test/support/layers.ts'
import type { Layer } from '../image/image.ts'
import { createJob, withSignal } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { LayerPool } from './layer-pool.ts'

const job = createJob()

/** A layer that counts how often it is read. */
async function counted(): Promise<{ readonly layer: Layer; reads: number }> {
  const layer = await layerOf([file('a', 'A')])
  const found = {
    reads: 0,
    layer: {
      ...layer,
      openTar(inner: typeof job) {
        found.reads += 1
        return layer.openTar(inner)
      },
    },
  }
  return found
}

describe('LayerPool', () => {
  test('opens a layer once, whoever asks for it at the same time, and gives layers in their order', async () => {
    await using place = await temporaryDirectory()
    await using pool = new LayerPool(place.path)
    const found = await counted()
    const other = await layerOf([file('b', 'B')])
    const [first, second] = await Promise.all([
      pool.open([found.layer, other], job),
      pool.open([other, found.layer], job),
    ])
    assert.equal(found.reads, 1)
    assert.deepEqual([first[0], first[1]], [second[1], second[0]])
    assert.deepEqual(await pool.open([other, other], job), [first[1], first[1]])
  })

  test('opens it again for whoever still wants it when the one who began was cancelled', async () => {
    await using place = await temporaryDirectory()
    await using pool = new LayerPool(place.path)
    const found = await counted()
    const controller = new AbortController()
    const layer: Layer = {
      ...found.layer,
      openTar(inner) {
        if (found.reads === 0) controller.abort(new Error('cancelled'))
        return found.layer.openTar(inner)
      },
    }
    const [first, second] = await Promise.allSettled([
      pool.open([layer], withSignal(job, controller.signal)),
      pool.open([layer], job),
    ])
    assert.equal(found.reads, 2)
    assert.equal(first.status, 'rejected')
    assert.equal(second.status, 'fulfilled')
  })
})
