import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseReference } from '../image/reference.ts'
import { createJob, type Job } from '../std/job.ts'
import { openImageArchive } from '../store/image-archive.ts'
import { MemoryStore } from '../store/memory-store.ts'
import { builtImage } from '../../test/support/built-image.ts'
import { file } from '../../test/support/layers.ts'
import { temporaryStore, type TemporaryStore } from '../../test/support/store.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { assembleImages } from './assemble-images.ts'
import type { BuiltImage } from './built-image.ts'
import type { LayerRecord } from './cache/step-cache.ts'
import { exportCache, openCacheSource, withInlineCache, type KeyedRecord } from './cache-exchange.ts'
import { parseCacheFrom, parseCacheTo } from './cache-options.ts'

const reference = parseReference('localhost/cache:1')
const job = createJob()
const key = (digit: string): string => digit.repeat(64)

function watchedJob(): { readonly job: Job; readonly notices: string[] } {
  const notices: string[] = []
  const emit: Job['emit'] = (event) => {
    if (event.type === 'notice') notices.push(event.message)
  }
  return { job: createJob({ emit }), notices }
}

/** Records as a build leaves them: a step of the image, one of another stage, one without a change, and a selection. */
async function recordsOf(place: TemporaryStore): Promise<{ image: BuiltImage; records: KeyedRecord[] }> {
  const image = await builtImage(place.store, { layers: [[file('a', 'a')]] })
  const other = await builtImage(place.store, { layers: [[file('b', 'b')]] })
  const layerOf = ({ layers: [layer] }: BuiltImage): LayerRecord['layer'] => {
    assert.ok(layer !== undefined)
    return { diffId: layer.diffId, descriptor: layer.descriptor }
  }
  const common = { kind: 'layer', version: 1, title: 'RUN secret words', elapsedMs: 7 } as const
  const records: KeyedRecord[] = [
    { key: key('b'), record: { ...common, layer: layerOf(other) } },
    { key: key('a'), record: { ...common, layer: layerOf(image) } },
    { key: key('c'), record: { ...common, layer: null } },
    { key: key('d'), record: { kind: 'selection', version: 1, digest: `sha256:${key('e')}` } },
  ]
  return { image, records }
}

describe('a build cache', () => {
  test('goes to a registry and comes back, layers only when they are used', async () => {
    await using one = await temporaryStore()
    await using other = await temporaryStore()
    const registry = new MemoryStore()
    const { image, records } = await recordsOf(one)
    await exportCache(records, one.store, { sink: registry }, { mode: 'max', images: [image], reference }, job)
    const cache = await openCacheSource(registry, reference, job)
    const found = cache.find(key('b'), 'layer')
    assert.ok(found?.layer)
    assert.equal(found.title, '')
    assert.equal(await other.store.has(found.layer.descriptor, job), false)
    assert.equal(await cache.fetch(found, other.store, job), true)
    assert.equal(await other.store.has(found.layer.descriptor, job), true)
    assert.equal(cache.find(key('c'), 'layer')?.layer, null)
    assert.equal(cache.find(key('d'), 'selection')?.digest, `sha256:${key('e')}`)
    assert.equal(cache.find(key('d'), 'layer'), undefined)
    assert.equal(cache.find(key('f'), 'layer'), undefined)
  })

  test('has only the layers of the image with mode=min, and the same bytes for the same records', async () => {
    await using place = await temporaryStore()
    const registry = new MemoryStore()
    const { image, records } = await recordsOf(place)
    const write = (given: readonly KeyedRecord[]) =>
      exportCache(given, place.store, { sink: registry }, { mode: 'min', images: [image], reference }, job)
    const first = await write(records)
    assert.equal((await write(records.toReversed())).digest, first.digest)
    const cache = await openCacheSource(registry, reference, job)
    assert.ok(cache.find(key('a'), 'layer')?.layer)
    assert.equal(cache.find(key('b'), 'layer'), undefined)
  })

  test('goes to a folder', async () => {
    await using place = await temporaryStore()
    await using folder = await temporaryDirectory()
    const { image, records } = await recordsOf(place)
    const directory = join(folder.path, 'cache')
    await exportCache(records, place.store, { directory }, { mode: 'max', images: [image], reference }, job)
    await using layout = await openImageArchive(directory, folder.path, job)
    const cache = await openCacheSource(layout, reference, job)
    assert.ok(cache.find(key('b'), 'layer'))
  })

  test('goes into the image, and is found there', async () => {
    await using place = await temporaryStore()
    const { image, records } = await recordsOf(place)
    const inline = await withInlineCache(image, records, place.store, job)
    const options = { ociMediaTypes: true, annotations: [], attestations: new Map(), names: [] }
    const assembled = await assembleImages([inline], { ...options, attestationsAsArtifacts: false }, place.store, job)
    await place.store.tag(reference, assembled.descriptor, assembled.bytes, job)
    const cache = await openCacheSource(place.store, reference, job)
    assert.equal(cache.find(key('a'), 'layer')?.layer?.diffId, image.layers[0]?.diffId)
    assert.equal(cache.find(key('b'), 'layer'), undefined)
  })

  test('is left out with a notice where its layers are gone', async () => {
    await using place = await temporaryStore()
    await using empty = await temporaryStore()
    const { records } = await recordsOf(place)
    const { job, notices } = watchedJob()
    const options = { mode: 'max', images: [], reference } as const
    await exportCache(records, empty.store, { sink: new MemoryStore() }, options, job)
    assert.match(notices.join(), /without 2 steps/)
  })
})

describe('what is no cache fails no build', () => {
  test('when nothing is there', async () => {
    const { job, notices } = watchedJob()
    const cache = await openCacheSource(new MemoryStore(), reference, job)
    assert.equal(cache.find(key('a'), 'layer'), undefined)
    assert.match(notices.join(), /nothing is taken from the cache localhost\/cache:1: .* is not in memory/)
  })

  test('when it is an image without one', async () => {
    await using place = await temporaryStore()
    const image = await builtImage(place.store, { layers: [[file('a', 'a')]] })
    const options = { ociMediaTypes: true, annotations: [], attestations: new Map(), names: [] }
    const assembled = await assembleImages([image], { ...options, attestationsAsArtifacts: false }, place.store, job)
    await place.store.tag(reference, assembled.descriptor, assembled.bytes, job)
    const { job: watched, notices } = watchedJob()
    await openCacheSource(place.store, reference, watched)
    assert.match(notices.join(), /it is an image without a cache/)
  })

  test('when a layer is another than its record says', async () => {
    await using place = await temporaryStore()
    await using other = await temporaryStore()
    const { image, records } = await recordsOf(place)
    const wrong = records.map(({ key, record }) =>
      record.kind === 'layer' && record.layer !== null
        ? { key, record: { ...record, layer: { ...record.layer, diffId: `sha256:${'1'.repeat(64)}` as const } } }
        : { key, record },
    )
    const registry = new MemoryStore()
    await exportCache(wrong, place.store, { sink: registry }, { mode: 'max', images: [image], reference }, job)
    const cache = await openCacheSource(registry, reference, job)
    const found = cache.find(key('a'), 'layer')
    assert.ok(found)
    const { job: watched, notices } = watchedJob()
    assert.equal(await cache.fetch(found, other.store, watched), false)
    assert.match(notices.join(), /it unpacks to something else/)
  })
})

describe('options of caches', () => {
  test('are those of buildx', () => {
    assert.deepEqual(parseCacheFrom('localhost/a:1'), parseCacheFrom('type=registry,ref=localhost/a:1'))
    assert.deepEqual(parseCacheTo('type=inline'), { type: 'inline' })
    assert.deepEqual(parseCacheTo('type=local,dest=cache,mode=max'), {
      ...{ type: 'local', directory: 'cache', tag: 'latest', mode: 'max', ignoreError: false },
    })
  })

  for (const [parse, text, message] of [
    [parseCacheTo, 'type=gha', /caches of the type gha are not read or written/],
    [parseCacheTo, 'type=local', /dest=… is missing/],
    [parseCacheTo, 'type=local,dst=a', /there is no key "dst"/],
    [parseCacheTo, 'type=registry,ref=a,mode=maximum', /there is no mode "maximum"/],
    [parseCacheFrom, 'type=local,dest=a', /there is no key "dest"/],
    [parseCacheFrom, '', /--cache-from is empty/],
  ] as const) {
    test(`and ${text === '' ? 'an empty one' : text} is refused`, () => {
      assert.throws(() => parse(text), message)
    })
  }
})
