import type { TarContent } from '../../src/archive/tar-entry.ts'
import { compress } from '../../src/archive/compress.ts'
import { writeTar } from '../../src/archive/tar-writer.ts'
import type { Descriptor } from '../../src/image/descriptor.ts'
import { DigestHasher, type Digest } from '../../src/image/digest.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { parseReference } from '../../src/image/reference.ts'
import { byteStream, type ByteStream } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'
import type { LayoutStore } from '../../src/store/layout-store.ts'
import { contentOf, manifestOf, writeContent } from '../../test/contracts/content.ts'
import { file } from '../../test/support/layers.ts'
import { Corpus } from './corpus.ts'

const job = createJob()

/** A layer that is made up: so many files, which have in another version a part that is changed, gone, new or moved. */
interface LayerModel {
  readonly seed: number
  readonly files: number
  readonly bytes: number
  pathOf(number: number, version: number): string
}

/** Three layers, together 30,000 files and 700 MB: a system, its packages for Node.js, and an app. */
const layerModels: readonly LayerModel[] = [
  {
    ...{ seed: 1, files: 10_000, bytes: 250e6 },
    pathOf: (number) => `usr/lib/part-${Math.floor(number / 50)}/file-${number}.so`,
  },
  {
    ...{ seed: 2, files: 19_000, bytes: 420e6 },
    pathOf: (number, version) => {
      // Each hundredth package is in another place in the next version.
      const place = version > 1 && Math.floor(number / 40) % 100 === 0 ? 'other' : 'app'
      const name = number % 40 === 0 ? 'package.json' : `lib/part-${Math.floor(number / 10) % 4}/file-${number}.js`
      return `${place}/node_modules/package-${Math.floor(number / 40)}/${name}`
    },
  },
  {
    seed: 3,
    files: 1000,
    bytes: 30e6,
    pathOf: (number) => `app/src/part-${Math.floor(number / 20)}/file-${number}.js`,
  },
]

/** Writes an image whose layers are of these versions. */
export async function writeVersions(store: LayoutStore, name: string, versions: readonly number[]): Promise<void> {
  const layers: MadeLayer[] = []
  for (const [index, model] of layerModels.entries()) layers.push(await writeLayer(store, model, versions[index] ?? 1))
  const config = contentOf(
    Buffer.from(
      JSON.stringify({
        ...{
          architecture: 'amd64',
          os: 'linux',
          config: { Env: [`VERSION=${versions.join('.')}`], Cmd: ['node', '.'] },
        },
        rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      }),
    ),
    mediaTypes.ociConfig,
  )
  await writeContent(store, config)
  const contents = layers.map(({ descriptor }) => ({ descriptor, bytes: new Uint8Array(0) }))
  const manifest = manifestOf(config, contents)
  await store.tag(parseReference(name), manifest.descriptor, manifest.bytes, job)
}

interface MadeLayer {
  readonly descriptor: Descriptor
  readonly diffId: Digest
}

async function writeLayer(store: LayoutStore, model: LayerModel, version: number): Promise<MadeLayer> {
  const hasher = new DigestHasher()
  const tar = async function* (): ByteStream {
    for await (const chunk of writeTar(contents(model, version), job)) {
      hasher.update(chunk)
      yield chunk
    }
  }
  const packed = compress(tar(), { format: 'gzip', level: 1 }, job)
  const descriptor = await store.ingest(mediaTypes.ociLayerGzip, packed, job)
  return { descriptor, diffId: hasher.digest() }
}

function* contents(model: LayerModel, version: number): Generator<TarContent> {
  const corpus = new Corpus(model.seed)
  if (model.seed === 1) yield member('var/lib/dpkg/status', systemPackages(version))
  for (let number = 0; number < model.files; number += 1) {
    const piece = corpus.piece(Math.round((model.bytes / model.files) * 2 * corpus.fraction()))
    const path = model.pathOf(number, version)
    const isChanged = version > 1 && number % 20 === 7
    // Of each hundred files one is in this version only.
    if (number % 100 === 50) yield member(`${path}.v${version}`, piece)
    else if (path.endsWith('package.json')) yield member(path, nodePackage(number, isChanged ? version : 1))
    else yield member(path, isChanged ? Buffer.concat([piece, Buffer.from(`// ${version}`)]) : piece)
  }
}

function member(path: string, content: Uint8Array): TarContent {
  const item = file(path, content)
  return { entry: item.entry, body: byteStream(content) }
}

function nodePackage(number: number, version: number): Buffer {
  return Buffer.from(JSON.stringify({ name: `package-${number}`, version: `${version}.0.0`, main: 'lib/index.js' }))
}

/** A database of dpkg. */
function systemPackages(version: number): Buffer {
  const records = Array.from({ length: 150 }, (_, number) =>
    [
      `Package: lib-${number}`,
      'Status: install ok installed',
      'Architecture: amd64',
      `Version: ${number % 10 === 0 ? version : 1}.0-1`,
      'Maintainer: nobody <nobody@example.org>',
      'Description: made up',
    ].join('\n'),
  )
  return Buffer.from(`${records.join('\n\n')}\n`)
}
