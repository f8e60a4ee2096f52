import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { copyContent } from '../../src/image/copy.ts'
import { readManifest } from '../../src/image/manifest.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { hostPlatform } from '../../src/image/platform.ts'
import { formatReference, parseReference, type Reference } from '../../src/image/reference.ts'
import { createJob } from '../../src/std/job.ts'
import { checkStore } from '../../src/store/check-store.ts'
import { openImageArchive } from '../../src/store/image-archive.ts'
import { openStore, type LayoutStore } from '../../src/store/layout-store.ts'
import { archiveImages, type SaveOptions } from '../../src/store/save-archive.ts'
import { writeFileFromStream } from '../../src/store/save-file.ts'
import { contentOf, manifestOf, readContent } from '../contracts/content.ts'
import { busyboxSkipReason, writeBusyboxImage } from '../support/busybox-image.ts'
import {
  output,
  skipUnlessInstalled,
  skipUnlessRoot,
  startDocker,
  startPodman,
  type Engine,
} from '../support/engines.ts'
import { temporaryStore } from '../support/store.ts'

const job = createJob()
const [one, two] = [parseReference('localhost/hello:1'), parseReference('localhost:5000/deep/hello:2')]

/** An image that runs, under two names, and another one. */
async function storeWithImages(store: LayoutStore): Promise<{ readonly imageId: string }> {
  const { manifest } = await writeBusyboxImage(store, one)
  await store.tag(two, manifest.descriptor, manifest.bytes, job)
  return { imageId: await imageIdOf(store, one) }
}

/** What Docker calls image ID: the digest of the config. */
async function imageIdOf(store: LayoutStore, name: Reference): Promise<string> {
  const { document } = await readManifest(store, await store.resolve(name, job), job)
  assert.equal(document.kind, 'image')
  return document.config.digest
}

async function saveTo(
  path: string,
  store: LayoutStore,
  names: readonly Reference[],
  format: SaveOptions['format'],
): Promise<void> {
  const images = await Promise.all(
    names.map(async (name) => ({ descriptor: await store.resolve(name, job), names: [name] })),
  )
  await writeFileFromStream(path, archiveImages(store, images, { format, platform: hostPlatform() }, job), job)
}

/** Loads all of an archive or a layout into a store. */
async function loadAll(path: string, store: LayoutStore): Promise<readonly string[]> {
  await using archive = await openImageArchive(path, store.spoolPath, job)
  for (const { descriptor, reference } of archive.images) {
    const names = reference === undefined ? [] : [reference]
    await copyContent(archive, store, descriptor, { platforms: 'all', names }, job)
    if (names.length === 0) await store.list(descriptor, job)
  }
  return archive.images.map(({ reference }) => (reference === undefined ? '' : formatReference(reference)))
}

describe('the store as a layout', { skip: busyboxSkipReason }, () => {
  test('is read and written by skopeo', { skip: skipUnlessInstalled('skopeo') }, async () => {
    await using owned = await temporaryStore()
    const { store, path } = owned
    await storeWithImages(store)
    for (const name of [one, two]) {
      const inspected = JSON.parse(await output('skopeo', ['inspect', `oci:${path}:${formatReference(name)}`]))
      assert.equal(inspected.Digest, (await store.resolve(name, job)).digest)
    }
    await output('skopeo', ['copy', `oci:${path}:${formatReference(one)}`, `oci:${path}:theirs:3`])
    assert.equal((await store.resolve(parseReference('theirs:3'), job)).digest, (await store.resolve(one, job)).digest)
    await store.remove(one, job)
    await store.prune({ dryRun: false }, job)
    await output('skopeo', ['inspect', `oci:${path}:theirs:3`])
    assert.deepEqual(await checkStore(path, { deep: true }, job), [])
  })

  test('is read and written by umoci', { skip: skipUnlessRoot('umoci') }, async () => {
    await using owned = await temporaryStore()
    const { store, path } = owned
    await storeWithImages(store)
    const listed = await output('umoci', ['list', '--layout', path])
    assert.deepEqual(new Set(listed.trim().split('\n')), new Set([one, two].map(formatReference)))
    await output('umoci', ['unpack', '--image', `${path}:${formatReference(two)}`, join(path, '..', 'bundle')])
    await output('umoci', ['tag', '--image', `${path}:${formatReference(two)}`, 'theirs'])
    await output('umoci', ['gc', '--layout', path])
    const { digest } = await store.resolve(two, job)
    assert.equal((await store.resolve(parseReference('theirs'), job)).digest, digest)
    await store.remove(two, job)
    assert.equal((await store.resolve(parseReference('theirs'), job)).digest, digest)
    assert.deepEqual(await checkStore(path, { deep: true }, job), [])
  })

  test('that another tool made is used as a store', { skip: skipUnlessInstalled('skopeo') }, async () => {
    await using owned = await temporaryStore()
    await storeWithImages(owned.store)
    const path = join(owned.path, '..', 'theirs')
    await output('skopeo', ['copy', `oci:${owned.path}:${formatReference(one)}`, `oci:${path}:app:1`])
    await using store = await openStore(path, job)
    assert.equal(await imageIdOf(store, parseReference('app:1')), await imageIdOf(owned.store, one))
    assert.deepEqual((await store.prune({ dryRun: false }, job)).blobs, [])
  })
})

describe('archives of skopeo', { skip: busyboxSkipReason || skipUnlessInstalled('skopeo') }, () => {
  for (const format of ['docker-archive', 'oci-archive'] as const) {
    test(`${format}: what it saved is loaded with the same image ID, what wherry saved it reads`, async () => {
      await using owned = await temporaryStore()
      const { store, path } = owned
      const { imageId } = await storeWithImages(store)
      const [theirs, ours] = [join(path, '..', 'theirs.tar'), join(path, '..', 'ours.tar')]
      await output('skopeo', ['copy', `oci:${path}:${formatReference(one)}`, `${format}:${theirs}:localhost/there:7`])
      await using other = await openStore(join(path, '..', 'other'), job)
      assert.deepEqual(await loadAll(theirs, other), ['localhost/there:7'])
      assert.equal(await imageIdOf(other, parseReference('localhost/there:7')), imageId)
      assert.deepEqual(await checkStore(other.path, { deep: true }, job), [])
      await saveTo(ours, store, [one, two], format)
      for (const name of [one, two]) {
        const config = await output('skopeo', [
          'inspect',
          '--config',
          '--raw',
          `${format}:${ours}:${formatReference(name)}`,
        ])
        assert.equal(contentOf(Buffer.from(config)).descriptor.digest, imageId)
      }
    })
  }

  // skopeo's own `oci:` passes over manifests of Docker's media type.
  test('an image with a Docker manifest is read from a docker-archive', async () => {
    await using owned = await temporaryStore()
    const { store, path } = owned
    const { manifest } = await writeBusyboxImage(store, one)
    const { document } = await readManifest(store, manifest.descriptor, job)
    assert.equal(document.kind, 'image')
    const config = contentOf(await readContent(store, document.config), mediaTypes.dockerConfig)
    const layers = await Promise.all(
      document.layers.map(async (layer) => contentOf(await readContent(store, layer), mediaTypes.dockerLayerGzip)),
    )
    const text = Buffer.from(manifestOf(config, layers).bytes).toString()
    const bytes = Buffer.from(text.replace(mediaTypes.ociManifest, mediaTypes.dockerManifest))
    const docker = contentOf(bytes, mediaTypes.dockerManifest)
    await store.tag(two, docker.descriptor, docker.bytes, job)
    const saved = join(path, '..', 'ours.tar')
    await saveTo(saved, store, [two], 'docker-archive')
    const from = `docker-archive:${saved}:${formatReference(two)}`
    assert.equal(await output('skopeo', ['inspect', '--config', '--raw', from]), Buffer.from(config.bytes).toString())
    await output('skopeo', ['copy', from, `dir:${join(path, '..', 'copied')}`])
  })
})

const engines: readonly (readonly [name: string, start: () => Promise<Engine>, skip: string | false])[] = [
  ['podman', startPodman, skipUnlessRoot('podman', 'runc')],
  ['docker', startDocker, skipUnlessRoot('docker', 'dockerd')],
]

for (const [name, start, skip] of engines) {
  describe(`archives of ${name}`, { skip: skip || busyboxSkipReason }, () => {
    test('several images go there in one archive and come back, with the same image IDs', async () => {
      await using owned = await temporaryStore()
      await using engine = await start()
      const { store, path } = owned
      const { imageId } = await storeWithImages(store)
      const [ours, theirs] = [join(path, '..', 'ours.tar'), join(path, '..', 'theirs.tar')]
      await saveTo(ours, store, [one, two], 'docker-archive')
      await engine.run('load', '--input', ours)
      for (const each of [one, two]) {
        const id = (await engine.run('image', 'inspect', '--format', '{{.Id}}', formatReference(each))).trim()
        assert.equal(id.replace(/^(?:sha256:)?/, 'sha256:'), imageId)
      }
      const several = name === 'podman' ? ['--multi-image-archive'] : []
      await engine.run('save', ...several, '--output', theirs, ...[one, two].map(formatReference))
      await using other = await openStore(join(path, '..', 'other'), job)
      assert.deepEqual(new Set(await loadAll(theirs, other)), new Set([one, two].map(formatReference)))
      assert.equal(await imageIdOf(other, one), imageId)
      assert.deepEqual(await checkStore(other.path, { deep: true }, job), [])
    })
  })
}

describe('archives of crane', { skip: busyboxSkipReason || skipUnlessInstalled('crane') }, () => {
  test('it finds nothing wrong with what wherry saved', async () => {
    await using owned = await temporaryStore()
    await storeWithImages(owned.store)
    const path = join(owned.path, '..', 'ours.tar')
    await saveTo(path, owned.store, [one], 'docker-archive')
    await output('crane', ['validate', '--tarball', path])
  })
})
