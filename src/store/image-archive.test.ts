import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { readContent } from '../../test/contracts/content.ts'
import { dockerImageOf, tarOf, type DockerImage, type TarFile } from '../../test/support/image-files.ts'
import { copyContent } from '../image/copy.ts'
import type { Descriptor } from '../image/descriptor.ts'
import { digestHex, digestOf } from '../image/digest.ts'
import { readManifest, type ImageManifest } from '../image/manifest.ts'
import { mediaTypes } from '../image/media-type.ts'
import { formatReference, parseReference } from '../image/reference.ts'
import { byteStream, readAll } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { storedXz } from '../../test/support/stored-xz.ts'
import { openImageArchive, type ImageArchive } from './image-archive.ts'
import { MemoryStore } from './memory-store.ts'

const job = createJob()

/** Calls `work` with the archive, given as a file unless told. */
async function withArchive(
  bytes: Uint8Array,
  work: (archive: ImageArchive) => Promise<void>,
  asStream = false,
): Promise<void> {
  await using folder = await temporaryDirectory()
  const path = join(folder.path, 'image.tar')
  await writeFile(path, bytes)
  const pieces = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, index) =>
    bytes.subarray(index * 1000, (index + 1) * 1000),
  )
  const input = asStream ? { stream: byteStream(...pieces), title: 'standard input' } : path
  const spoolFolder = join(folder.path, 'spool')
  {
    await using archive = await openImageArchive(input, spoolFolder, job)
    await work(archive)
  }
  assert.deepEqual(await readdir(spoolFolder), [])
}

async function manifestOf(archive: ImageArchive, descriptor: Descriptor): Promise<ImageManifest> {
  const { document } = await readManifest(archive, descriptor, job)
  assert.equal(document.kind, 'image')
  return document
}

function listOf(
  images: readonly {
    readonly image: DockerImage
    readonly names: readonly string[]
    readonly layers: readonly string[]
  }[],
): string {
  return JSON.stringify(
    images.map(({ image, names, layers }) => ({
      Config: image.configName,
      RepoTags: names.length === 0 ? null : names,
      Layers: layers,
    })),
  )
}

const [base, top] = [await tarOf([['etc/base', randomBytes(300_000)]]), await tarOf([['etc/top', 'top']])]
const image = dockerImageOf([base, top, base])

/** As `docker save` wrote it before version 25: equal layers are links to the first. */
const oldArchive: readonly (readonly [string, TarFile])[] = [
  ['aaa/VERSION', '1.0'],
  ['aaa/layer.tar', base],
  ['bbb/layer.tar', top],
  ['ccc/layer.tar', { symbolicLink: '../aaa/layer.tar' }],
  [image.configName, image.config],
  [
    'manifest.json',
    listOf([
      { image, names: ['app:1', 'localhost:5000/app:2'], layers: ['aaa/layer.tar', 'bbb/layer.tar', 'ccc/layer.tar'] },
    ]),
  ],
]

describe('a docker-archive', () => {
  test('is loaded with its names, its config as it is, and its layers compressed', async () => {
    await withArchive(await tarOf(oldArchive), async (archive) => {
      assert.equal(archive.format, 'docker-archive')
      assert.deepEqual(
        archive.images.map(({ reference }) => reference && formatReference(reference)),
        ['docker.io/library/app:1', 'localhost:5000/app:2'],
      )
      const descriptor = await archive.resolve(parseReference('app:1'), job)
      const { config, layers } = await manifestOf(archive, descriptor)
      assert.deepEqual(Buffer.from(await readContent(archive, config)), image.config)
      assert.deepEqual(
        layers.map(({ mediaType }) => mediaType),
        Array.from({ length: 3 }, () => mediaTypes.ociLayerGzip),
      )
      const tars = await Promise.all(layers.map(async (layer) => gunzipSync(await readContent(archive, layer))))
      assert.deepEqual(tars, [base, top, base])
      const [first] = layers
      assert.ok(first)
      assert.deepEqual(await readContent(archive, first, 100), (await readContent(archive, first)).subarray(100))
    })
  })

  test('has the same manifest however it is compressed, read or packed', async () => {
    const tar = await tarOf(oldArchive)
    const hardLinked = await tarOf([
      ...oldArchive.filter(([name]) => name !== 'ccc/layer.tar'),
      ['./ccc/layer.tar', { hardLink: 'aaa/layer.tar' }],
    ])
    const digests = new Set<string>()
    for (const bytes of [tar, gzipSync(tar), zstdCompressSync(tar), hardLinked]) {
      for (const asStream of [false, true]) {
        await withArchive(bytes, async ({ images }) => void digests.add(images[0]?.descriptor.digest ?? ''), asStream)
      }
    }
    assert.equal(digests.size, 1)
  })

  test('goes into a store as a whole', async () => {
    await withArchive(await tarOf(oldArchive), async (archive) => {
      const store = new MemoryStore()
      for (const { descriptor, reference } of archive.images) {
        assert.ok(reference)
        await copyContent(archive, store, descriptor, { platforms: 'all', names: [reference] }, job)
        assert.equal(await store.has(descriptor, job), true)
      }
    })
  })

  test('compresses layers anew that are compressed as no image has them', async () => {
    const image = dockerImageOf([base])
    const tar = await tarOf([
      ['a.tar.xz', storedXz(base)],
      [image.configName, image.config],
      ['manifest.json', listOf([{ image, names: [], layers: ['a.tar.xz'] }])],
    ])
    await withArchive(tar, async (archive) => {
      const [only] = archive.images
      assert.ok(only)
      const [layer] = (await manifestOf(archive, only.descriptor)).layers
      assert.ok(layer)
      assert.equal(layer.mediaType, mediaTypes.ociLayerGzip)
      assert.ok(gunzipSync(await readAll(await archive.open(layer, job), 1e9)).equals(Buffer.from(base)))
    })
  })

  test('keeps layers as they are that are compressed already', async () => {
    const layers = [gzipSync(base), zstdCompressSync(top)]
    const two = dockerImageOf([base, top])
    const tar = await tarOf([
      ['a.tar.gz', layers[0] ?? ''],
      ['b.tar', layers[1] ?? ''],
      [two.configName, two.config],
      ['manifest.json', listOf([{ image: two, names: [], layers: ['a.tar.gz', 'b.tar'] }])],
    ])
    await withArchive(tar, async (archive) => {
      const [only] = archive.images
      assert.ok(only)
      assert.equal(only.name, undefined)
      const manifest = await manifestOf(archive, only.descriptor)
      assert.deepEqual(
        manifest.layers,
        layers.map((bytes, index) => ({
          mediaType: index === 0 ? mediaTypes.ociLayerGzip : mediaTypes.ociLayerZstd,
          digest: digestOf(bytes),
          size: bytes.length,
        })),
      )
      for (const [index, layer] of manifest.layers.entries()) {
        assert.deepEqual(Buffer.from(await readContent(archive, layer)), Buffer.from(layers[index] ?? ''))
      }
    })
  })

  test('may hold several images', async () => {
    const other = dockerImageOf([base], { author: 'other' })
    const tar = await tarOf([
      ['base.tar', base],
      ['top.tar', top],
      [image.configName, image.config],
      [other.configName, other.config],
      [
        'manifest.json',
        listOf([
          { image, names: ['one:1'], layers: ['base.tar', 'top.tar', 'base.tar'] },
          { image: other, names: ['two:2'], layers: ['base.tar'] },
        ]),
      ],
    ])
    await withArchive(tar, async (archive) => {
      const [one, two] = await Promise.all(
        ['one:1', 'two:2'].map(async (name) => manifestOf(archive, await archive.resolve(parseReference(name), job))),
      )
      assert.deepEqual(one?.layers[0], two?.layers[0])
      await assert.rejects(archive.resolve(parseReference('on:1'), job), {
        code: 'not-found',
        hint: 'Did you mean one:1?',
      })
    })
  })
})

describe('a hostile or damaged archive', () => {
  const one = dockerImageOf([base])
  const withLayer = (
    name: string,
    more: readonly (readonly [string, TarFile])[] = [],
  ): readonly (readonly [string, TarFile])[] => [
    ...more,
    [one.configName, one.config],
    ['manifest.json', listOf([{ image: one, names: ['app:1'], layers: [name] }])],
  ]
  const notInside = { name: 'StoreError', code: 'bad-archive', message: /is not in it/ }
  const cases: readonly [string, readonly (readonly [string, TarFile])[], object][] = [
    ['a layer named by an absolute path', withLayer('/etc/passwd'), notInside],
    ['a layer named outside', withLayer('../../../../etc/passwd'), notInside],
    ['a link to an absolute path', withLayer('l', [['l', { symbolicLink: '/etc/passwd' }]]), notInside],
    ['a link outside', withLayer('a/l', [['a/l', { symbolicLink: '../../../etc/passwd' }]]), notInside],
    ['an entry outside', withLayer('../l', [['../l', base]]), notInside],
    [
      'links in a circle',
      withLayer('l', [
        ['l', { symbolicLink: 'm' }],
        ['m', { symbolicLink: 'l' }],
      ]),
      notInside,
    ],
    [
      'two files of one name',
      withLayer('l', [
        ['l', base],
        ['./l', top],
      ]),
      { code: 'bad-archive', message: /"l" is in it twice/ },
    ],
    ['another layer', withLayer('l', [['l', top]]), { code: 'digest-mismatch' }],
    ['a compressed layer that is another', withLayer('l', [['l', gzipSync(top)]]), { code: 'digest-mismatch' }],
    [
      'a damaged layer',
      withLayer('l', [['l', gzipSync(base).subarray(0, 1000)]]),
      { name: 'ArchiveError', code: 'bad-archive' },
    ],
    ['a list that is none', [['manifest.json', '{}']], { code: 'bad-document' }],
    [
      'a list with a mistake',
      [['manifest.json', '[{"Config":1}]']],
      { code: 'bad-document', message: /manifest\.json: 0\.Config/ },
    ],
    [
      'a missing config',
      [['manifest.json', '[{"Config":"c.json"}]']],
      { code: 'bad-archive', message: /c\.json is not in it/ },
    ],
    [
      'more layers than diff IDs',
      [
        [one.configName, one.config],
        ['manifest.json', listOf([{ image: one, names: [], layers: ['l', 'l'] }])],
      ],
      { code: 'bad-document', message: /1 entries for 2 layers/ },
    ],
    ['no image', [['etc/passwd', 'root']], { code: 'bad-archive', hint: /container that was exported is none/ }],
    ['an image of Docker before 1.10', [['repositories', '{}']], { code: 'bad-archive', hint: /before 1\.10/ }],
  ]
  for (const [what, files, expected] of cases) {
    test(`with ${what} is refused`, async () => {
      const tar = await tarOf(files)
      await assert.rejects(
        withArchive(tar, async () => undefined),
        expected,
      )
    })
  }

  test('with a config over the limit is refused', async () => {
    const small = createJob({ limits: { ...job.limits, manifestBytesMax: 50 } })
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'image.tar')
    await writeFile(path, await tarOf(oldArchive))
    await assert.rejects(openImageArchive(path, folder.path, small), { code: 'too-large' })
  })

  test('that expands past the limit is refused', async () => {
    const small = createJob({ limits: { ...job.limits, layerBytesMax: 100_000 } })
    await using folder = await temporaryDirectory()
    const input = { stream: byteStream(gzipSync(await tarOf(oldArchive))), title: 'standard input' }
    await assert.rejects(openImageArchive(input, folder.path, small), { code: 'archive-too-large' })
  })
})

/** The files of an image layout with one image of one layer. */
function layoutFiles(
  layer: Uint8Array,
  mediaType: string,
  annotations?: object,
): { readonly files: (readonly [string, TarFile])[]; readonly descriptor: Descriptor } {
  const { config } = dockerImageOf([base])
  const describe = (bytes: Uint8Array, type: string): Descriptor => ({
    mediaType: type,
    digest: digestOf(bytes),
    size: bytes.length,
  })
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      config: describe(config, mediaTypes.ociConfig),
      layers: [describe(layer, mediaType)],
    }),
  )
  const descriptor = describe(manifest, mediaTypes.ociManifest)
  const index = {
    schemaVersion: 2,
    manifests: [{ ...descriptor, ...(annotations === undefined ? {} : { annotations }) }],
  }
  const blobs = [config, layer, manifest].map((bytes) => [`blobs/sha256/${digestHex(digestOf(bytes))}`, bytes] as const)
  return {
    files: [['oci-layout', '{"imageLayoutVersion":"1.0.0"}'], ['index.json', JSON.stringify(index)], ...blobs],
    descriptor,
  }
}

describe('an image layout', () => {
  const compressed = layoutFiles(gzipSync(base), mediaTypes.ociLayerGzip, {
    'io.containerd.image.name': 'docker.io/library/app:1',
    'org.opencontainers.image.ref.name': '1',
  })

  test('in an archive is read as it is', async () => {
    await withArchive(await tarOf(compressed.files), async (archive) => {
      assert.equal(archive.format, 'oci-archive')
      assert.deepEqual(archive.images, [
        { name: '1', reference: parseReference('app:1'), descriptor: compressed.descriptor },
      ])
      assert.deepEqual(await archive.resolve(parseReference('app:1'), job), compressed.descriptor)
      const byDigest = { ...parseReference('other'), digest: compressed.descriptor.digest }
      assert.deepEqual(await archive.resolve(byDigest, job), compressed.descriptor)
      const { layers } = await manifestOf(archive, compressed.descriptor)
      assert.ok(layers[0])
      assert.deepEqual(gunzipSync(await readContent(archive, layers[0])), base)
    })
  })

  test('without names has its images all the same', async () => {
    const { files, descriptor } = layoutFiles(gzipSync(base), mediaTypes.ociLayerGzip)
    await withArchive(await tarOf(files), async ({ images }) => {
      assert.deepEqual(images, [{ name: undefined, reference: undefined, descriptor }])
    })
  })

  test('is what counts in the archive of a newer Docker, if its layers are compressed', async () => {
    const withList: readonly (readonly [string, TarFile])[] = [...compressed.files, ['manifest.json', '[]']]
    await withArchive(await tarOf(withList), async ({ format, images }) => {
      assert.equal(format, 'docker-archive')
      assert.deepEqual(images[0]?.descriptor, compressed.descriptor)
    })
  })

  test('is not what counts if they are plain tars', async () => {
    const plain = layoutFiles(base, mediaTypes.ociLayer)
    const { config } = dockerImageOf([base])
    const blob = (bytes: Uint8Array): string => `blobs/sha256/${digestHex(digestOf(bytes))}`
    const list = [{ Config: blob(config), RepoTags: ['app:1'], Layers: [blob(base)] }]
    await withArchive(await tarOf([...plain.files, ['manifest.json', JSON.stringify(list)]]), async (archive) => {
      const { layers, config: kept } = await manifestOf(archive, await archive.resolve(parseReference('app:1'), job))
      assert.equal(layers[0]?.mediaType, mediaTypes.ociLayerGzip)
      assert.equal(kept.digest, digestOf(config))
    })
  })
})
