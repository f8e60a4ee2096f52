import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { FileTreeError } from '../../src/filetree/errors.ts'
import type { Layer } from '../../src/image/image.ts'
import { applyLayers, type ModelTree } from '../support/layer-model.ts'
import { layerOf } from '../support/layers.ts'
import { randomLayers } from '../support/random-layers.ts'
import { changesOf, expectedOf, isDevice, job, openLayers, seenIn, sorted, type Place } from './place.ts'
import { doAll, randomDeeds } from './random-changes.ts'

const runs = { numRuns: 40 }

/** What the model says, as far as it knows. */
function describeModel({ way }: Place, tree: ModelTree): readonly unknown[] {
  const entries = [...tree].map(([path, { kind: told, mode, uid, content, target }]) => {
    const kind = way === 'rootless' && isDevice(told) ? 'file' : told
    const sha256 = kind === 'file' ? createHash('sha256').update(content).digest('hex') : ''
    const known = { kind, mode: kind === 'symbolic-link' ? 0o777 : mode, uid, linkTarget: target, sha256 }
    return [path.slice(1), known] as const
  })
  return sorted(new Map(entries))
}

/** Undefined for layers that no runtime would take. */
async function ifAccepted<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof FileTreeError && error.code === 'bad-layer') return undefined
    throw error
  }
}

async function clean({ directory }: Place): Promise<void> {
  await rm(join(directory, 'layers'), { recursive: true, force: true })
}

export async function randomLayersAreSeen(place: Place): Promise<void> {
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(randomLayers, async (items) => {
      await clean(place)
      const layers = await Promise.all(items.map(layerOf))
      const snapshot = await ifAccepted(openLayers(place, layers))
      if (snapshot === undefined) return
      await using opened = snapshot
      accepted += 1
      const seen = seenIn(opened.rootfs)
      assert.deepEqual(sorted(seen), sorted(await expectedOf(place, layers)))
      const known = Array.from(seen, ([path, { kind, mode, uid, linkTarget, sha256 }]) => {
        return [path, { kind, mode, uid, linkTarget, sha256 }] as const
      })
      assert.deepEqual(sorted(new Map(known)), describeModel(place, applyLayers(items)))
      assert.deepEqual(await Array.fromAsync(opened.changes({ latestSeconds: undefined, mountPoints: [] }, job)), [])
    }),
    runs,
  )
  assert(accepted > 2, `only ${accepted} of them could be mounted`)
}

export async function changesMakeTheSameTree(place: Place): Promise<void> {
  await fc.assert(
    fc.asyncProperty(randomLayers, randomDeeds, async (items, deeds) => {
      await clean(place)
      const layers: readonly Layer[] = await Promise.all(items.map(layerOf))
      const snapshot = await ifAccepted(openLayers(place, layers))
      if (snapshot === undefined) return
      await using opened = snapshot
      doAll(opened.rootfs, deeds)
      const mutated = sorted(seenIn(opened.rootfs))
      const changed = await changesOf(opened)
      await using again = await openLayers(place, [...layers, changed])
      assert.deepEqual(sorted(seenIn(again.rootfs)), mutated)
    }),
    runs,
  )
}
