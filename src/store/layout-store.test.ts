import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { contentOf, indexOf, manifestOf, sampleImage, writeContent, writeImage } from '../../test/contracts/content.ts'
import { temporaryStore } from '../../test/support/store.ts'
import { digestHex } from '../image/digest.ts'
import { mediaTypes } from '../image/media-type.ts'
import { formatReference, parseReference } from '../image/reference.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { checkStore } from './check-store.ts'
import { openStore, type LayoutStore } from './layout-store.ts'

const job = createJob()
const one = parseReference('example.com/app:one')
const two = parseReference('example.com/app:two')

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'))
}

async function namesOf(store: LayoutStore): Promise<readonly (string | undefined)[]> {
  return (await store.references()).map(({ name }) => name)
}

describe('openStore', () => {
  test('makes an image layout where there is nothing', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'deep', 'store')
    await using store = await openStore(path, job)
    assert.equal(store.path, path)
    assert.deepEqual(await readJson(join(path, 'oci-layout')), { imageLayoutVersion: '1.0.0' })
    assert.deepEqual(await readJson(join(path, 'index.json')), {
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [],
    })
    assert.deepEqual((await readdir(path)).sort(), ['.wherry', 'blobs', 'index.json', 'oci-layout'])
    assert.deepEqual(await checkStore(path, { deep: true }, job), [])
  })

  test('finishes what a killed one began, at once with others', async () => {
    await using folder = await temporaryDirectory()
    await mkdir(join(folder.path, '.wherry'))
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        await using store = await openStore(folder.path, job)
        await writeImage(store, sampleImage())
      }),
    )
    assert.deepEqual(await checkStore(folder.path, { deep: true }, job), [])
  })

  const refused: readonly [string, Readonly<Record<string, string>>, object][] = [
    ['a folder with something else in it', { 'notes.txt': '' }, { code: 'not-a-layout' }],
    ['a newer layout', { 'oci-layout': '{"imageLayoutVersion":"2.0.0"}' }, { code: 'unsupported-version' }],
    ['a layout file that is no JSON', { 'oci-layout': 'x' }, { code: 'bad-index' }],
    ['a layout file without a version', { 'oci-layout': '{}' }, { code: 'bad-index', message: /imageLayoutVersion/ }],
  ]
  for (const [what, files, expected] of refused) {
    test(`refuses ${what}`, async () => {
      await using folder = await temporaryDirectory()
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text)
      await assert.rejects(openStore(folder.path, job), expected)
    })
  }
})

describe('index.json', () => {
  const foreign = {
    schemaVersion: 2,
    'x-of-a-tool': { kept: [1, 2] },
    manifests: [
      {
        mediaType: mediaTypes.ociManifest,
        digest: `sha256:${'a'.repeat(64)}`,
        size: 7,
        'x-entry': true,
        annotations: { 'org.opencontainers.image.ref.name': 'latest', other: 'kept' },
      },
    ],
    annotations: { of: 'the whole' },
  }

  test('keeps what others wrote into it', async () => {
    await using owned = await temporaryStore()
    const file = join(owned.path, 'index.json')
    await writeFile(file, JSON.stringify(foreign))
    await writeImage(owned.store, sampleImage(), one)
    await owned.store.remove(one, job)
    assert.deepEqual(await readJson(file), { mediaType: mediaTypes.ociIndex, ...foreign })
  })

  test('names images as skopeo, umoci and containerd know them', async () => {
    await using owned = await temporaryStore()
    const image = sampleImage()
    await writeImage(owned.store, image, one)
    const annotations = {
      'org.opencontainers.image.ref.name': 'example.com/app:one',
      'io.containerd.image.name': 'example.com/app:one',
    }
    assert.deepEqual(await readJson(join(owned.path, 'index.json')), {
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [{ ...image.manifest.descriptor, annotations }],
    })
    assert.deepEqual(await owned.store.references(), [
      { name: 'example.com/app:one', reference: one, descriptor: image.manifest.descriptor },
    ])
  })

  test('is refused with the place of the mistake', async () => {
    await using owned = await temporaryStore()
    const file = join(owned.path, 'index.json')
    await writeFile(file, JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: 'a', digest: 'b', size: 1 }] }))
    await assert.rejects(owned.store.references(), {
      code: 'bad-index',
      message: /manifests\.0\.digest: not a digest: "b"/,
    })
    await assert.rejects(writeImage(owned.store, sampleImage(), one), { code: 'bad-index' })
  })

  test('loses nothing to many writers at once', async () => {
    await using owned = await temporaryStore()
    const names = Array.from({ length: 12 }, (_, index) => parseReference(`example.com/app:${index}`))
    await Promise.all(names.map((name) => writeImage(owned.store, sampleImage(), name)))
    assert.deepEqual(new Set(await namesOf(owned.store)), new Set(names.map(formatReference)))
  })
})

describe('names', () => {
  test('tag refuses an image of which something is missing', async () => {
    await using owned = await temporaryStore()
    const { config, layer, manifest } = sampleImage()
    await writeContent(owned.store, config)
    await assert.rejects(owned.store.tag(one, manifest.descriptor, manifest.bytes, job), {
      code: 'incomplete',
      message: new RegExp(layer.descriptor.digest),
    })
    assert.deepEqual(await namesOf(owned.store), [])
  })

  test('a non-distributable layer may be missing', async () => {
    await using owned = await temporaryStore()
    const config = contentOf(Buffer.from('{}'), mediaTypes.ociConfig)
    const layer = contentOf(Buffer.from('elsewhere'), mediaTypes.dockerLayerForeign)
    const manifest = manifestOf(config, [layer])
    await writeContent(owned.store, config)
    await owned.store.tag(one, manifest.descriptor, manifest.bytes, job)
    assert.equal(await owned.store.has(manifest.descriptor, job), true)
    assert.equal(await owned.store.has(layer.descriptor, job), false)
  })

  test('remove takes one name, or all of a digest', async () => {
    await using owned = await temporaryStore()
    const { store } = owned
    const image = sampleImage()
    await writeImage(store, image, one)
    await writeImage(store, image, two)
    assert.deepEqual(await store.remove(one, job), [
      { name: 'example.com/app:one', reference: one, descriptor: image.manifest.descriptor },
    ])
    assert.deepEqual(await namesOf(store), ['example.com/app:two'])
    await writeImage(store, image, one)
    assert.equal((await store.remove({ ...one, digest: image.manifest.descriptor.digest }, job)).length, 2)
    assert.deepEqual(await namesOf(store), [])
    await assert.rejects(store.remove(one, job), { code: 'not-found' })
  })

  test('giving a name that is given already writes nothing', async () => {
    await using owned = await temporaryStore()
    const image = sampleImage()
    await writeImage(owned.store, image, one)
    const file = join(owned.path, 'index.json')
    const { ino } = await stat(file)
    await writeImage(owned.store, image, one)
    assert.equal((await stat(file)).ino, ino)
    await writeImage(owned.store, image, two)
    assert.notEqual((await stat(file)).ino, ino)
  })

  test('a name with a digest is filed under the digest alone', async () => {
    await using owned = await temporaryStore()
    const image = sampleImage()
    const { digest } = image.manifest.descriptor
    await writeImage(owned.store, image, { ...one, digest })
    assert.deepEqual(await namesOf(owned.store), [`example.com/app@${digest}`])
    await assert.rejects(owned.store.resolve(one, job), { code: 'not-found' })
  })

  test('names of other tools are found, and replaced', async () => {
    await using owned = await temporaryStore()
    const { store } = owned
    const image = sampleImage()
    await writeImage(store, image)
    const entry = { ...image.manifest.descriptor, annotations: { 'org.opencontainers.image.ref.name': 'app:1' } }
    await writeFile(join(owned.path, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entry] }))
    const name = parseReference('app:1')
    assert.deepEqual(await store.resolve(name, job), image.manifest.descriptor)
    await writeImage(store, sampleImage(), name)
    assert.deepEqual(await namesOf(store), ['docker.io/library/app:1'])
  })

  test('resolving says which name was perhaps meant', async () => {
    await using owned = await temporaryStore()
    await writeImage(owned.store, sampleImage(), parseReference('alpine:3.20'))
    await assert.rejects(owned.store.resolve(parseReference('alpin:3.20'), job), {
      code: 'not-found',
      hint: 'Did you mean alpine:3.20?',
    })
  })
})

describe('resolveId', () => {
  test('finds an image by the beginning of its digest or of its config digest', async () => {
    await using owned = await temporaryStore()
    const { store } = owned
    const image = sampleImage()
    await writeImage(store, image)
    const index = indexOf([image.manifest.descriptor])
    await store.tag(one, index.descriptor, index.bytes, job)
    const find = async (id: string): Promise<string> => (await store.resolveId(id, job)).digest
    const { digest } = image.manifest.descriptor
    assert.equal(await find(digestHex(digest).slice(0, 12)), digest)
    assert.equal(await find(digest), digest)
    assert.equal(await find(digestHex(image.config.descriptor.digest).slice(0, 12)), digest)
    assert.equal(await find(digestHex(index.descriptor.digest).slice(0, 12)), index.descriptor.digest)
  })

  test('refuses what could be more than one image, what is none, and what is no ID', async () => {
    await using owned = await temporaryStore()
    const { store } = owned
    const image = sampleImage()
    const other = manifestOf(image.config, [image.layer], { annotations: { an: 'other' } })
    await writeImage(store, image, one)
    await store.tag(two, other.descriptor, other.bytes, job)
    const configId = digestHex(image.config.descriptor.digest)
    await assert.rejects(store.resolveId(configId, job), { code: 'ambiguous-id', message: /^2 images/ })
    await assert.rejects(store.resolveId('0'.repeat(64), job), { code: 'not-found' })
    await assert.rejects(store.resolveId('abc', job), { code: 'bad-name' })
  })
})

describe('usage', () => {
  test('counts each blob once, and tells what is shared', async () => {
    await using owned = await temporaryStore()
    const { store } = owned
    const first = sampleImage()
    const second = { ...first, manifest: manifestOf(first.config, [first.layer], { annotations: { a: 'b' } }) }
    await writeImage(store, first, one)
    await writeImage(store, second, two)
    const loose = contentOf(Buffer.alloc(50))
    await writeContent(store, loose)
    const shared = first.config.bytes.length + first.layer.bytes.length
    const { images, totalBytes } = await store.usage(job)
    const usage = images.get(first.manifest.descriptor.digest)
    assert.equal(usage?.sizeBytes, shared + first.manifest.bytes.length)
    assert.equal(usage?.unsharedBytes, first.manifest.bytes.length)
    assert.equal(totalBytes, shared + first.manifest.bytes.length + second.manifest.bytes.length + 50)
    assert.equal(await store.sizeOf(first.manifest.descriptor, job), usage?.sizeBytes)
  })
})
