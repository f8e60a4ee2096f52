import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryStore, type TemporaryStore } from '../../test/support/store.ts'
import { fillStore, storeIndex } from '../../test/support/stored-images.ts'
import { digestHex } from '../image/digest.ts'
import { loadImage } from '../image/image.ts'
import { parseReference } from '../image/reference.ts'
import { OperationError } from '../std/errors.ts'
import { createJob } from '../std/job.ts'
import { createImageResolver, type ImagePlaces } from './image-resolver.ts'

const job = createJob()
const amd64 = { os: 'linux', architecture: 'amd64' }
const arm64 = { os: 'linux', architecture: 'arm64' }

/** Registries that have what another store has, and remember what they were asked. */
function registryOf({ store }: TemporaryStore) {
  const asked: string[] = []
  const registries: ImagePlaces['registries'] = async () => ({
    repository: ({ repository }) => ({
      resolve: async (reference, inner) => {
        asked.push(repository)
        return await store.resolve(reference, inner)
      },
      open: (descriptor, inner, offset) => store.open(descriptor, inner, offset),
    }),
  })
  return { registries, asked }
}

describe('images of a build', () => {
  test('come from the store, and no registry is asked', async () => {
    await using own = await temporaryStore()
    await using other = await temporaryStore()
    await fillStore(own.path, ['app:1'])
    const { registries, asked } = registryOf(other)
    await using images = createImageResolver({ store: own.store, registries, pull: false, layouts: new Set() })
    const found = await images.resolve('app:1', amd64, job)
    assert.equal(found.source, own.store)
    assert.deepEqual(found.descriptor, await own.store.resolve(parseReference('app:1'), job))
    assert.deepEqual(asked, [])
  })

  test('come from the registry with --pull, for another platform, and where something is missing', async () => {
    await using own = await temporaryStore()
    await using other = await temporaryStore()
    await fillStore(own.path, ['app:1', 'broken:1'])
    await fillStore(other.path, ['app:1', 'broken:1'])
    await storeIndex(other.path, 'two:1')
    const broken = await loadImage(own.store, await own.store.resolve(parseReference('broken:1'), job), amd64, job)
    await rm(join(own.path, 'blobs/sha256', digestHex(broken.layers[1]?.descriptor.digest ?? broken.descriptor.digest)))
    const { registries, asked } = registryOf(other)
    await using images = createImageResolver({ store: own.store, registries, pull: false, layouts: new Set() })
    assert.notEqual((await images.resolve('broken:1', amd64, job)).source, own.store)
    assert.notEqual((await images.resolve('app:1', arm64, job)).source, own.store)
    assert.equal((await images.resolve('app:1', amd64, job)).source, own.store)
    await using pulled = createImageResolver({ store: own.store, registries, pull: true, layouts: new Set() })
    assert.notEqual((await pulled.resolve('app:1', amd64, job)).source, own.store)
    assert.deepEqual(asked, ['library/broken', 'library/app', 'library/app'])
  })

  test('are asked for once, for all platforms, however they are written', async () => {
    await using own = await temporaryStore()
    await using other = await temporaryStore()
    await storeIndex(other.path, 'two:latest')
    const { registries, asked } = registryOf(other)
    await using images = createImageResolver({ store: own.store, registries, pull: false, layouts: new Set() })
    const found = await Promise.all([
      images.resolve('two', amd64, job),
      images.resolve('docker.io/library/two:latest', arm64, job),
    ])
    assert.deepEqual(found[0].descriptor, found[1].descriptor)
    assert.deepEqual(asked, ['library/two'])
  })

  test('that nobody has are told with each place that was asked', async () => {
    await using own = await temporaryStore()
    const repository = (): never => {
      throw new OperationError('unreachable', 'docker.io: it cannot be reached', { hint: 'Look.' })
    }
    const client = { repository: () => ({ resolve: async () => repository(), open: async () => repository() }) }
    const registries = (): Promise<typeof client> => Promise.resolve(client)
    await using images = createImageResolver({ store: own.store, registries, pull: false, layouts: new Set() })
    await assert.rejects(images.resolve('node:22', amd64, job), {
      code: 'unreachable',
      message: 'the image node:22 cannot be had: the store does not have it; docker.io: it cannot be reached',
      hint: 'Look.',
      reference: 'node:22',
    })
    await assert.rejects(images.resolve('No:22', amd64, job), { code: 'bad-name' })
    await fillStore(own.path, ['localhost/golang:1', 'node:20'])
    await assert.rejects(images.resolve('noed:20', amd64, job), { hint: 'Did you mean node:20? Look.' })
    await assert.rejects(images.resolve('golang:1', amd64, job), { hint: 'Did you mean localhost/golang:1? Look.' })
  })
})
