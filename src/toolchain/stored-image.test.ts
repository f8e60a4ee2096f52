import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryStore } from '../../test/support/store.ts'
import { fillStore } from '../../test/support/stored-images.ts'
import type { Descriptor } from '../image/descriptor.ts'
import { digestHex } from '../image/digest.ts'
import { parsePlatform } from '../image/platform.ts'
import { parseReference } from '../image/reference.ts'
import { createJob } from '../std/job.ts'
import { openStore, type LayoutStore } from '../store/layout-store.ts'
import { findStoredImage } from './stored-image.ts'

const job = createJob()

function finder(store: LayoutStore, name = 'app:1'): () => Promise<Descriptor> {
  return () => store.resolve(parseReference(name), job)
}

describe('an image of the store that is for', () => {
  const cases = [
    { stored: 'amd64', wanted: 'linux/amd64', isFound: true },
    { stored: 'amd64', wanted: 'linux/arm64', isFound: false },
    { stored: 'arm/v7', wanted: 'linux/arm/v7', isFound: true },
    { stored: 'arm/v7', wanted: 'linux/arm/v6', isFound: false },
    { stored: 'arm/v6', wanted: 'linux/arm/v7', isFound: false },
    // Configs often leave the variant out.
    { stored: 'arm', wanted: 'linux/arm/v6', isFound: true },
    { stored: 'arm64', wanted: 'linux/arm64/v8', isFound: true },
  ]
  for (const { stored, wanted, isFound } of cases) {
    test(`${stored} is ${isFound ? '' : 'not '}taken where ${wanted} has to be`, async () => {
      await using place = await temporaryStore()
      await fillStore(place.path, ['app:1'], stored)
      const platform = parsePlatform(wanted)
      const required = await findStoredImage(finder(place.store), { platform, isRequired: true }, place.store, job)
      assert.equal(required !== undefined, isFound)
      const liked = await findStoredImage(finder(place.store), { platform, isRequired: false }, place.store, job)
      assert.equal(liked?.image.descriptor.digest, liked?.named.digest)
      assert.notEqual(liked, undefined)
    })
  }
})

test('an image of which a layer is missing, or that nobody named, is none of the store', async () => {
  await using place = await temporaryStore()
  await fillStore(place.path, ['app:1'])
  const wanted = { platform: parsePlatform('linux/amd64'), isRequired: true }
  const whole = await findStoredImage(finder(place.store), wanted, place.store, job)
  const [layer] = whole?.image.layers ?? []
  assert(layer !== undefined)
  await rm(join(place.path, 'blobs/sha256', digestHex(layer.descriptor.digest)))
  assert.equal(await findStoredImage(finder(place.store), wanted, place.store, job), undefined)
  assert.equal(await findStoredImage(finder(place.store, 'other:1'), wanted, place.store, job), undefined)
})

describe('an image of the store whose name is given to another one while it is looked for', () => {
  const wanted = { platform: parsePlatform('linux/amd64'), isRequired: true }

  test('is the other one when its content is pruned before it is read', async () => {
    await using place = await temporaryStore()
    await fillStore(place.path, ['app:1'])
    const old = await finder(place.store)()
    await fillStore(place.path, ['other:1'])
    const other = await finder(place.store, 'other:1')()
    let asked = 0
    const find = async (): Promise<Descriptor> => {
      asked += 1
      if (asked > 1) return await finder(place.store)()
      await moveName(place.path, other)
      return old
    }
    const found = await findStoredImage(find, wanted, place.store, job)
    assert.equal(found?.named.digest, other.digest)
    assert.equal(asked, 2)
  })

  test('stays until the store is closed when its content is pruned afterwards', async () => {
    await using place = await temporaryStore()
    await fillStore(place.path, ['app:1'])
    await fillStore(place.path, ['other:1'])
    const other = await finder(place.store, 'other:1')()
    const found = await findStoredImage(finder(place.store), wanted, place.store, job)
    await moveName(place.path, other)
    assert(found !== undefined && found.named.digest !== other.digest)
    assert(await place.store.isWhole(found.named, job))
  })
})

/** Gives the name to another image, and deletes what has none, in a session of its own. */
async function moveName(path: string, other: Descriptor): Promise<void> {
  await using store = await openStore(path, job)
  await store.tag(parseReference('app:1'), other, new Uint8Array(0), job)
  await store.prune({ dryRun: false }, job)
}
