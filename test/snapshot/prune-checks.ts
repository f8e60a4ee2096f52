import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { indexLayer } from '../../src/filetree/index-layer.ts'
import { openSnapshot } from '../../src/snapshot/open-snapshot.ts'
import { removeUnpackedLayers } from '../../src/snapshot/remove-unpacked.ts'
import { file, layerOf } from '../support/layers.ts'
import { job, layersDirectory, openLayers, snapshotOptions, type Place } from './place.ts'

export async function aLayerIsUnpackedAgainWhenItIsPrunedAtOnce(place: Place): Promise<void> {
  const layer = await layerOf([file('a', 'content')])
  const unpacked = join(layersDirectory(place), 'unpacked')
  let removed = 0
  const pruning = Object.defineProperty({ ...job }, 'signal', {
    get() {
      for (const owners of existsSync(unpacked) && removed === 0 ? readdirSync(unpacked) : []) {
        const folder = join(unpacked, owners, layer.diffId.replace(':', '-'))
        if (!existsSync(folder)) continue
        rmSync(folder, { recursive: true })
        removed += 1
      }
      return job.signal
    },
  })
  await using indexed = await indexLayer(layer, layersDirectory(place), job)
  await using snapshot = await openSnapshot([indexed], snapshotOptions(place), pruning)
  assert.equal(removed, 1)
  assert.equal(readFileSync(join(snapshot.rootfs, 'a'), 'utf8'), 'content')
}

export async function unpackedLayersAreRemovedWhenNobodyHasThem(place: Place): Promise<void> {
  const [used, unused] = [await layerOf([file('a', '')]), await layerOf([file('b', '', { uid: 7 })])]
  const first = await openLayers(place, [used])
  await (await openLayers(place, [unused]))[Symbol.asyncDispose]()
  const unpacked = join(layersDirectory(place), 'unpacked')
  const names = (): readonly string[] => readdirSync(unpacked).flatMap((owners) => readdirSync(join(unpacked, owners)))
  assert.equal(names().length, 2)
  await removeUnpackedLayers(layersDirectory(place), new Set(), job)
  assert.deepEqual(names(), [used.diffId.replace(':', '-')])
  assert.ok(existsSync(join(first.rootfs, 'a')))
  await first[Symbol.asyncDispose]()
  await removeUnpackedLayers(layersDirectory(place), new Set([used.diffId]), job)
  assert.equal(names().length, 1)
  await removeUnpackedLayers(layersDirectory(place), new Set(), job)
  assert.deepEqual(names(), [])
}
