import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readDocument, readManifest } from '../image/manifest.ts'
import { createJob } from '../std/job.ts'
import type { LayoutStore } from '../store/layout-store.ts'
import { builtImage } from '../../test/support/built-image.ts'
import { file } from '../../test/support/layers.ts'
import { temporaryStore } from '../../test/support/store.ts'
import { parseAnnotation } from './annotations.ts'
import { assembleImages, type AssembleOptions } from './assemble-images.ts'
import type { BuiltImage } from './built-image.ts'

const job = createJob()
const plain: AssembleOptions = {
  ociMediaTypes: true,
  annotations: [],
  attestations: new Map(),
  names: [],
  attestationsAsArtifacts: false,
}
const arm = { os: 'linux', architecture: 'arm64' }

async function image(store: LayoutStore, more: object = {}, platform?: BuiltImage['platform']): Promise<BuiltImage> {
  const parts = { layers: [[file('greeting', 'hello\n')]], more }
  return await builtImage(store, platform === undefined ? parts : { ...parts, platform })
}

async function json(store: LayoutStore, descriptor: Parameters<typeof readManifest>[1]): Promise<unknown> {
  return JSON.parse(Buffer.from(await readDocument(store, descriptor, 'a document', job)).toString())
}

describe('images become documents', () => {
  test('which have the same bytes however the fields of the config were put together', async () => {
    await using one = await temporaryStore()
    await using other = await temporaryStore()
    const fields = { author: 'me', config: { User: '1', Labels: { b: '1', a: '2' } } }
    const turned = { config: { Labels: { a: '2', b: '1' }, User: '1' }, author: 'me' }
    const first = await assembleImages([await image(one.store, fields)], plain, one.store, job)
    const second = await assembleImages([await image(other.store, turned)], plain, other.store, job)
    assert.deepEqual(Buffer.from(first.bytes), Buffer.from(second.bytes))
    assert.equal(first.descriptor.digest, second.descriptor.digest)
  })

  test('of OCI, or of Docker when that is asked for', async () => {
    await using place = await temporaryStore()
    const built = await image(place.store)
    const oci = await assembleImages([built], plain, place.store, job)
    const docker = await assembleImages([built], { ...plain, ociMediaTypes: false }, place.store, job)
    const types = async (descriptor: typeof oci.descriptor): Promise<readonly string[]> => {
      const { document } = await readManifest(place.store, descriptor, job)
      assert.equal(document.kind, 'image')
      return [document.mediaType, document.config.mediaType, ...document.layers.map(({ mediaType }) => mediaType)]
    }
    assert.deepEqual(await types(oci.descriptor), [
      'application/vnd.oci.image.manifest.v1+json',
      'application/vnd.oci.image.config.v1+json',
      'application/vnd.oci.image.layer.v1.tar+gzip',
    ])
    assert.deepEqual(await types(docker.descriptor), [
      'application/vnd.docker.distribution.manifest.v2+json',
      'application/vnd.docker.container.image.v1+json',
      'application/vnd.docker.image.rootfs.diff.tar.gzip',
    ])
    assert.ok(await place.store.has(docker.descriptor, job))
  })

  test("of OCI nevertheless where Docker's have no place for something, and it is told", async () => {
    await using place = await temporaryStore()
    const built = await image(place.store)
    const zstd = built.layers.map((layer) => {
      const mediaType = 'application/vnd.oci.image.layer.v1.tar+zstd'
      return { ...layer, descriptor: { ...layer.descriptor, mediaType } }
    })
    const notices: string[] = []
    const watched = createJob({
      emit: (event) => {
        if (event.type === 'notice') notices.push(event.message)
      },
    })
    const docker = { ...plain, ociMediaTypes: false }
    const one = await assembleImages([{ ...built, layers: zstd }], docker, place.store, watched)
    const other = await assembleImages(
      [built],
      { ...docker, annotations: parseAnnotation('a=b') },
      place.store,
      watched,
    )
    for (const { descriptor } of [one, other])
      assert.equal(descriptor.mediaType, 'application/vnd.oci.image.manifest.v1+json')
    assert.match(notices.join('\n'), /no place for layers in zstd\n.*no place for annotations/)
  })

  test('with an index for several platforms, and annotations where they are asked for', async () => {
    await using place = await temporaryStore()
    const images = [await image(place.store), await image(place.store, {}, arm)]
    const annotations = [
      'all=1',
      'manifest[linux/arm64]:only.arm=2',
      'index,manifest-descriptor:b.c=3',
      'index-descriptor:d=4',
    ].flatMap(parseAnnotation)
    const assembled = await assembleImages(images, { ...plain, annotations }, place.store, job)
    const { document } = await readManifest(place.store, assembled.descriptor, job)
    assert.equal(document.kind, 'index')
    assert.deepEqual(document.annotations, { 'b.c': '3' })
    assert.deepEqual(
      document.manifests.map(({ platform, annotations }) => [platform?.architecture, annotations]),
      [
        ['amd64', { 'b.c': '3' }],
        ['arm64', { 'b.c': '3' }],
      ],
    )
    assert.deepEqual(assembled.descriptor.annotations, { d: '4' })
    const manifests = await Promise.all(
      assembled.images.map(({ descriptor }) => readManifest(place.store, descriptor, job)),
    )
    assert.deepEqual(
      manifests.map(({ document }) => document.annotations),
      [{ all: '1' }, { all: '1', 'only.arm': '2' }],
    )
  })

  test('with attestations beside an image whose manifest they do not change', async () => {
    await using place = await temporaryStore()
    const built = await image(place.store)
    const alone = await assembleImages([built], plain, place.store, job)
    const attestations = new Map([
      [
        built,
        [
          {
            predicateType: 'https://slsa.dev/provenance/v0.2',
            predicate: { a: 1 },
            fileName: 'provenance.json',
            inlineOnly: false,
          },
        ],
      ],
    ])
    for (const attestationsAsArtifacts of [false, true]) {
      const options = { ...plain, attestations, attestationsAsArtifacts }
      const attested = await assembleImages([built], options, place.store, job)
      const { document } = await readManifest(place.store, attested.descriptor, job)
      assert.equal(document.kind, 'index')
      const [entry, about] = document.manifests
      assert.ok(about !== undefined)
      assert.equal(entry?.digest, alone.descriptor.digest)
      assert.deepEqual(about.platform, { architecture: 'unknown', os: 'unknown' })
      assert.deepEqual(about.annotations, {
        'vnd.docker.reference.digest': alone.descriptor.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      })
      const { document: manifest } = await readManifest(place.store, about, job)
      assert.equal(manifest.kind, 'image')
      assert.equal(manifest.subject?.digest, attestationsAsArtifacts ? alone.descriptor.digest : undefined)
      const [layer] = manifest.layers
      assert.ok(layer !== undefined)
      assert.equal(layer.mediaType, 'application/vnd.in-toto+json')
      assert.deepEqual(layer.annotations, { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v0.2' })
      assert.deepEqual(await json(place.store, layer), {
        _type: 'https://in-toto.io/Statement/v1',
        predicateType: 'https://slsa.dev/provenance/v0.2',
        subject: [{ name: '_', digest: { sha256: alone.descriptor.digest.slice(7) } }],
        predicate: { a: 1 },
      })
    }
  })

  test('and an annotation without a place is refused', async () => {
    await using place = await temporaryStore()
    const built = await image(place.store)
    const assemble = (text: string) =>
      assembleImages([built], { ...plain, annotations: parseAnnotation(text) }, place.store, job)
    await assert.rejects(assemble('index:a=b'), /the annotation a is for an index, and this is one image/)
    await assert.rejects(assemble('manifest[linux/arm64]:a=b'), /for a platform that is not built/)
    assert.throws(() => parseAnnotation('manifst:a=b'), /nothing called manifst carries annotations/)
    assert.throws(() => parseAnnotation('a'), /it is no NAME=VALUE/)
  })
})
