import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { file, layerOf } from '../../test/support/layers.ts'
import { digestHex, type Digest } from '../image/digest.ts'
import type { Layer } from '../image/image.ts'
import { lockFile } from '../std/file-lock.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../std/temporary.ts'
import { discard, makeWorkFolder } from './cache/folders.ts'
import { indexLayer } from './index-layer.ts'
import { listCachedLayers, pruneLayerCache } from './prune.ts'

const job = createJob()

/** Three indexed layers of one size, last used in their order. */
async function threeLayers(): Promise<{ readonly cache: TemporaryDirectory; readonly layers: readonly Layer[] }> {
  const cache = await temporaryDirectory()
  const layers = await Promise.all(['a', 'b', 'c'].map((content) => layerOf([file('name', content)])))
  for (const [age, layer] of layers.entries()) {
    await using _ = await indexLayer(layer, cache.path, job)
    await utimes(join(cache.path, 'sha256', digestHex(layer.diffId)), 1000 + age, 1000 + age)
  }
  return { cache, layers }
}

function diffIds(layers: readonly { readonly diffId: Digest }[]): readonly Digest[] {
  return layers.map(({ diffId }) => diffId)
}

describe('pruneLayerCache', () => {
  test('removes every layer that is not kept', async () => {
    const { cache, layers } = await threeLayers()
    await using _ = cache
    const [a, b, c] = diffIds(layers)
    assert(a !== undefined && b !== undefined && c !== undefined)
    const { removed, keptBytes, freedBytes } = await pruneLayerCache(cache.path, { keep: new Set([b]) }, job)
    assert.deepEqual(diffIds(removed), [a, c])
    assert.equal(freedBytes, 2 * keptBytes)
    assert.deepEqual(diffIds(await listCachedLayers(cache.path)), [b])
    assert.deepEqual(await readdir(join(cache.path, 'temporary')), [])
  })

  test('with a bound removes the least recently used that are not kept, until the rest fits', async () => {
    const { cache, layers } = await threeLayers()
    await using _ = cache
    const [a, b, c] = diffIds(layers)
    assert(a !== undefined && b !== undefined && c !== undefined)
    const [{ sizeBytes } = { sizeBytes: 0 }] = await listCachedLayers(cache.path)
    const bounded = async (bytesMax: number, keep: readonly Digest[]): Promise<readonly Digest[]> =>
      diffIds((await pruneLayerCache(cache.path, { keep: new Set(keep), bytesMax }, job)).removed)
    assert.deepEqual(await bounded(3 * sizeBytes, []), [])
    assert.deepEqual(await bounded(3 * sizeBytes - 1, [a]), [b])
    assert.deepEqual(await bounded(0, [a, c]), [])
    assert.deepEqual(await bounded(0, []), [a, c])
  })

  test('only tells what it would do when asked to', async () => {
    const { cache, layers } = await threeLayers()
    await using _ = cache
    const { removed } = await pruneLayerCache(cache.path, { keep: new Set(), dryRun: true }, job)
    assert.deepEqual(diffIds(removed), diffIds(layers))
    assert.equal((await listCachedLayers(cache.path)).length, 3)
  })

  test('removes what killed processes were about to put beside a layer that stays, and nothing else', async () => {
    const { cache, layers } = await threeLayers()
    await using _ = cache
    const [kept] = diffIds(layers)
    assert(kept !== undefined)
    const folder = join(cache.path, 'sha256', digestHex(kept))
    const [dead, living] = [`other-2.${randomUUID()}`, `other-2.${randomUUID()}`]
    for (const name of ['other-2', dead]) await writeFile(join(folder, name), 'content')
    await using __ = await lockFile(join(folder, living), 'exclusive', { title: 'a test' }, job)
    const keep = new Set(diffIds(layers))
    assert.equal((await pruneLayerCache(cache.path, { keep, dryRun: true }, job)).freedBytes, 'content'.length)
    assert.equal((await pruneLayerCache(cache.path, { keep }, job)).freedBytes, 'content'.length)
    assert.deepEqual((await readdir(folder)).toSorted(), ['index', 'other-2', living, 'tar'])
  })

  test('leaves an open layer to its reader, and makes it again for the next', async () => {
    await using cache = await temporaryDirectory()
    const layer = await layerOf([file('name', 'content')])
    await using made = await indexLayer(layer, cache.path, job)
    await using opened = await indexLayer(layer, cache.path, job)
    await pruneLayerCache(cache.path, { keep: new Set() }, job)
    await using again = await indexLayer(layer, cache.path, job)
    for (const indexed of [made, opened, again]) {
      const entry = indexed.index.get('name')
      assert(entry !== undefined)
      assert.equal(Buffer.from(await indexed.read(entry, 100)).toString(), 'content')
    }
  })

  test('removes what killed processes left behind, not what is being made', async () => {
    await using cache = await temporaryDirectory()
    const temporary = join(cache.path, 'temporary')
    for (const name of ['left', 'locked', 'old', 'young']) await mkdir(join(temporary, name), { recursive: true })
    for (const name of ['left', 'locked']) await writeFile(join(temporary, name, 'tar'), 'four')
    await utimes(join(temporary, 'old'), 1, 1)
    await using _ = await lockFile(join(temporary, 'locked/tar'), 'exclusive', { title: 'a test' }, job)
    const dry = await pruneLayerCache(cache.path, { keep: new Set(), dryRun: true }, job)
    assert.equal((await readdir(temporary)).length, 4)
    const { freedBytes } = await pruneLayerCache(cache.path, { keep: new Set() }, job)
    assert.deepEqual([dry.freedBytes, freedBytes], [4, 4])
    assert.deepEqual((await readdir(temporary)).toSorted(), ['locked', 'young'])
  })

  test('passes over a layer that is finished or given up while it is looked at', async () => {
    await using cache = await temporaryDirectory()
    let isMaking = true
    const make = async (): Promise<void> => {
      while (isMaking) {
        const work = await makeWorkFolder(cache.path)
        await using _ = work.lock
        await discard(cache.path, work.path)
      }
    }
    const makers = Promise.all([make(), make(), make()])
    try {
      for (let round = 0; round < 300; round++) await pruneLayerCache(cache.path, { keep: new Set() }, job)
    } finally {
      isMaking = false
      await makers
    }
  })

  test('finds nothing where there is no cache', async () => {
    await using cache = await temporaryDirectory()
    const result = await pruneLayerCache(join(cache.path, 'none'), { keep: new Set() }, job)
    assert.deepEqual(result, { removed: [], freedBytes: 0, keptBytes: 0 })
    await assert.rejects(stat(join(cache.path, 'none')))
  })

  test('leaves alone what is none of its own', async () => {
    await using cache = await temporaryDirectory()
    await mkdir(join(cache.path, 'sha256/README'), { recursive: true })
    await pruneLayerCache(cache.path, { keep: new Set() }, job)
    assert.deepEqual(await readdir(join(cache.path, 'sha256')), ['README'])
  })
})
