import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { contentOf, indexOf, manifestOf, sampleImage, writeContent, writeImage } from '../../test/contracts/content.ts'
import { readTar } from '../archive/tar-reader.ts'
import { digestHex } from '../image/digest.ts'
import { mediaTypes } from '../image/media-type.ts'
import { parseReference } from '../image/reference.ts'
import { byteStream, readAll } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { checkStore } from './check-store.ts'
import { openImageArchive } from './image-archive.ts'
import { openStore } from './layout-store.ts'
import { MemoryStore } from './memory-store.ts'
import { archiveImages, type SavedImage, type SaveOptions } from './save-archive.ts'
import { writeFileFromStream } from './save-file.ts'
import { saveLayout } from './save-layout.ts'

const job = createJob()
const amd64 = { os: 'linux', architecture: 'amd64' }
const dockerArchive: SaveOptions = { format: 'docker-archive', platform: amd64 }
const name = parseReference('app:1')

async function storeWith(...images: readonly ReturnType<typeof sampleImage>[]): Promise<MemoryStore> {
  const store = new MemoryStore()
  for (const image of images) await writeImage(store, image)
  return store
}

async function archived(
  store: MemoryStore,
  images: readonly SavedImage[],
  options: SaveOptions = dockerArchive,
): Promise<Uint8Array> {
  return await readAll(archiveImages(store, images, options, job), 64 * 1024 * 1024)
}

async function namesIn(archive: Uint8Array): Promise<readonly string[]> {
  return (await Array.fromAsync(readTar(byteStream(archive), job))).map(({ entry }) => entry.path)
}

async function dockerListOf(archive: Uint8Array): Promise<unknown> {
  for await (const { entry, body } of readTar(byteStream(archive), job)) {
    if (entry.path === 'manifest.json') return JSON.parse(Buffer.from(await readAll(body, 10_000)).toString())
  }
  return undefined
}

describe('archiveImages', () => {
  test('writes a layout and a list for older tools, the same bytes each time', async () => {
    const image = sampleImage()
    const store = await storeWith(image)
    const saved = [{ descriptor: image.manifest.descriptor, names: [name, parseReference('localhost:5000/app:2')] }]
    const archive = await archived(store, saved)
    assert.deepEqual(await archived(store, saved), archive)
    const blobs = [image.config, image.layer, image.manifest].map(
      ({ descriptor }) => `blobs/sha256/${digestHex(descriptor.digest)}`,
    )
    assert.deepEqual(await namesIn(archive), [
      'oci-layout',
      'index.json',
      'manifest.json',
      'blobs/',
      'blobs/sha256/',
      ...blobs.toSorted((a, b) => a.localeCompare(b)),
    ])
    assert.deepEqual(await dockerListOf(archive), [
      { Config: blobs[0], RepoTags: ['app:1', 'localhost:5000/app:2'], Layers: [blobs[1]] },
    ])
  })

  test('leaves the list out of an oci-archive', async () => {
    const image = sampleImage()
    const options = { ...dockerArchive, format: 'oci-archive' } as const
    const archive = await archived(
      await storeWith(image),
      [{ descriptor: image.manifest.descriptor, names: [] }],
      options,
    )
    assert.equal(await dockerListOf(archive), undefined)
  })

  test('is read back with the same digests and names', async () => {
    const [one, two] = [sampleImage(), sampleImage()]
    const saved = [
      { descriptor: one.manifest.descriptor, names: [name] },
      { descriptor: two.manifest.descriptor, names: [] },
    ]
    const stream = archiveImages(await storeWith(one, two), saved, dockerArchive, job)
    await using folder = await temporaryDirectory()
    await using archive = await openImageArchive({ stream, title: 'stream' }, folder.path, job)
    assert.deepEqual(archive.images, [
      { name: 'docker.io/library/app:1', reference: name, descriptor: one.manifest.descriptor },
      { name: undefined, reference: undefined, descriptor: two.manifest.descriptor },
    ])
  })

  test('lists of an index the image for the platform, and saves all', async () => {
    const [amd, arm] = [sampleImage(), sampleImage()]
    const index = indexOf([
      { ...arm.manifest.descriptor, platform: { os: 'linux', architecture: 'arm64' } },
      { ...amd.manifest.descriptor, platform: amd64 },
    ])
    const store = await storeWith(amd, arm)
    await writeContent(store, index)
    const archive = await archived(store, [{ descriptor: index.descriptor, names: [name] }])
    assert.equal((await namesIn(archive)).length, 5 + 7)
    assert.partialDeepStrictEqual(await dockerListOf(archive), [
      { Config: `blobs/sha256/${digestHex(amd.config.descriptor.digest)}` },
    ])
    const riscv = { ...dockerArchive, platform: { os: 'linux', architecture: 'riscv64' } }
    await assert.rejects(archived(store, [{ descriptor: index.descriptor, names: [] }], riscv), { code: 'no-platform' })
  })

  test('does not list artifacts and names without a tag', async () => {
    const image = sampleImage()
    const store = await storeWith(image)
    const empty = contentOf(Buffer.from('{}'), mediaTypes.ociEmpty)
    const artifact = manifestOf(empty, [empty], { artifactType: 'a/b', subject: image.manifest.descriptor })
    await writeContent(store, empty)
    await writeContent(store, artifact)
    const byDigest = { ...name, tag: undefined, digest: image.manifest.descriptor.digest }
    const archive = await archived(store, [
      { descriptor: image.manifest.descriptor, names: [byDigest] },
      { descriptor: artifact.descriptor, names: [] },
    ])
    assert.partialDeepStrictEqual(await dockerListOf(archive), [{ RepoTags: null }])
  })

  test('a non-distributable layer may be missing, any other may not', async () => {
    const config = contentOf(Buffer.from('{}'), mediaTypes.ociConfig)
    const store = new MemoryStore()
    await writeContent(store, config)
    for (const [mediaType, isAllowed] of [
      [mediaTypes.dockerLayerForeign, true],
      [mediaTypes.ociLayerGzip, false],
    ] as const) {
      const manifest = manifestOf(config, [contentOf(Buffer.from(mediaType), mediaType)])
      await writeContent(store, manifest)
      const saving = archived(store, [{ descriptor: manifest.descriptor, names: [name] }])
      if (isAllowed) assert.equal((await namesIn(await saving)).length, 5 + 2)
      else await assert.rejects(saving, { code: 'not-found' })
    }
  })
})

describe('writeFileFromStream', () => {
  test('writes a whole file, or leaves the old one', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'image.tar')
    await writeFile(path, 'old')
    const failure = new Error('broken')
    const broken = (async function* () {
      yield Buffer.from('half')
      throw failure
    })()
    await assert.rejects(writeFileFromStream(path, broken, job), failure)
    assert.equal(await readFile(path, 'utf8'), 'old')
    await writeFileFromStream(path, byteStream(Buffer.from('new '), Buffer.from('file')), job)
    assert.equal(await readFile(path, 'utf8'), 'new file')
    assert.deepEqual(await readdir(folder.path), ['image.tar'])
  })

  test('writes into what is no plain file', async () => {
    await writeFileFromStream('/dev/null', byteStream(Buffer.from('gone')), job)
    assert.equal((await stat('/dev/null')).isCharacterDevice(), true)
  })

  test('names a place that is not there', async () => {
    await assert.rejects(writeFileFromStream('/nonexistent/image.tar', byteStream(), job), { code: 'no-such-path' })
  })
})

describe('saveLayout', () => {
  test('makes a layout with nothing of ours in it, and adds to one that is there', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'layout')
    const [one, two] = [sampleImage(), sampleImage()]
    const store = await storeWith(one, two)
    await saveLayout(path, store, [{ descriptor: one.manifest.descriptor, names: [name] }], job)
    await saveLayout(path, store, [{ descriptor: two.manifest.descriptor, names: [] }], job)
    assert.deepEqual((await readdir(path)).sort(), ['blobs', 'index.json', 'oci-layout'])
    assert.deepEqual(await checkStore(path, { deep: true }, job), [])
    await using archive = await openImageArchive(path, folder.path, job)
    assert.equal(archive.format, 'oci-layout')
    assert.deepEqual(
      archive.images.map(({ descriptor }) => descriptor.digest),
      [one, two].map(({ manifest }) => manifest.descriptor.digest),
    )
  })

  test('leaves a store what it is', async () => {
    await using folder = await temporaryDirectory()
    await using store = await openStore(folder.path, job)
    const image = sampleImage()
    await mkdir(store.layersPath)
    await saveLayout(
      folder.path,
      await storeWith(image),
      [{ descriptor: image.manifest.descriptor, names: [name] }],
      job,
    )
    assert.ok((await readdir(join(folder.path, '.wherry'))).includes('layers'))
  })
})
