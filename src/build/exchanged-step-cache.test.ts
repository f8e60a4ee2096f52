import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseReference } from '../image/reference.ts'
import { createJob } from '../std/job.ts'
import { MemoryStore } from '../store/memory-store.ts'
import { builtImage } from '../../test/support/built-image.ts'
import { file } from '../../test/support/layers.ts'
import { temporaryStore, type TemporaryStore } from '../../test/support/store.ts'
import type { LayerRecord } from './cache/step-cache.ts'
import { exportCache, openCacheSource, type CacheSource } from './cache-exchange.ts'
import { ExchangedStepCache } from './exchanged-step-cache.ts'

const job = createJob()
const reference = parseReference('localhost/cache:1')
const key = 'a'.repeat(64)

/** A step that another machine has done, and a cache with it. */
async function doneElsewhere(): Promise<{ readonly record: LayerRecord; readonly source: CacheSource }> {
  await using place = await temporaryStore()
  const image = await builtImage(place.store, { layers: [[file('a', 'a')]] })
  const [layer] = image.layers
  assert.ok(layer)
  const { descriptor, diffId } = layer
  const record: LayerRecord = { kind: 'layer', version: 1, title: '', elapsedMs: 0, layer: { diffId, descriptor } }
  const registry = new MemoryStore()
  const options = { mode: 'max', images: [image], reference } as const
  await exportCache([{ key, record }], place.store, { sink: registry }, options, job)
  return { record, source: await openCacheSource(registry, reference, job) }
}

function cacheIn({ path, store }: TemporaryStore, ...sources: readonly CacheSource[]): ExchangedStepCache {
  return new ExchangedStepCache(join(path, 'steps'), { sources, store }, job)
}

describe('the cache of another machine', () => {
  test('is asked for steps that are not in the own one, whose layers then are in the store', async () => {
    await using place = await temporaryStore()
    const { record, source } = await doneElsewhere()
    const cache = cacheIn(place, source)
    assert.deepEqual(await cache.find(key, 'layer'), record)
    assert.ok(record.layer !== null && (await place.store.has(record.layer.descriptor, job)))
    assert.deepEqual(cache.used, [{ key, record }])
    assert.deepEqual(await cacheIn(place).find(key, 'layer'), record, 'it is in the own cache now')
  })

  test('has the layer that the own cache knows and the store has lost', async () => {
    await using place = await temporaryStore()
    const { record, source } = await doneElsewhere()
    await cacheIn(place).put(key, record)
    assert.deepEqual(cacheIn(place).used, [])
    await cacheIn(place, source).find(key, 'layer')
    assert.ok(record.layer !== null && (await place.store.has(record.layer.descriptor, job)))
  })

  test('is left alone by what it does not have', async () => {
    await using place = await temporaryStore()
    const { source } = await doneElsewhere()
    const cache = cacheIn(place, source)
    assert.equal(await cache.find('b'.repeat(64), 'layer'), undefined)
    assert.equal(await cache.find(key, 'selection'), undefined)
    assert.deepEqual(cache.used, [])
  })
})
