/**
 * What the kill tests kill: `node store-worker.ts STORE SEED WORK…` does each work in turn, and says `begun` first.
 *
 * The images are the same for the same seed, so that a second run takes up what a killed first one left.
 */
import { join } from 'node:path'
import { copyContent } from '../../src/image/copy.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { formatReference, parseReference, type Reference } from '../../src/image/reference.ts'
import { createJob } from '../../src/std/job.ts'
import { openImageArchive } from '../../src/store/image-archive.ts'
import { openStore, type LayoutStore } from '../../src/store/layout-store.ts'
import { contentOf, manifestOf, writeContent, type Content } from '../contracts/content.ts'
import { dockerImageOf, tarOf } from '../support/image-files.ts'
import { seededRandom } from '../support/seeded-random.ts'

const job = createJob()
const imageCount = 4
const layersOfEach = 3

/** Image `n` shares its first layer with all others. */
function killTestImage(seed: string, n: number): { readonly blobs: readonly Content[]; readonly manifest: Content } {
  const config = contentOf(Buffer.from(JSON.stringify({ seed, n })), mediaTypes.ociConfig)
  const layers = Array.from({ length: layersOfEach }, (_, index) => {
    const random = seededRandom(`${seed} ${index === 0 ? 'shared' : n} ${index}`)
    return contentOf(random.bytes(100_000 + random.integer(1_500_000)))
  })
  return { blobs: [config, ...layers], manifest: manifestOf(config, layers) }
}

/** A docker-archive beside the store: `load` loads it. */
export const killTestArchive = 'images.tar'

/** Its bytes: four images with names, whose layers are to be compressed. */
export async function killTestArchiveBytes(seed: string): Promise<Buffer> {
  const images = Array.from({ length: imageCount }, (_, n) => {
    const layers = ['shared', String(n)].map((part) => seededRandom(`${seed} ${part}`).bytes(700_000))
    return { image: dockerImageOf(layers, { n }), name: formatReference(killTestName(n)), n }
  })
  const list = images.map(({ image, name, n }) => ({
    Config: image.configName,
    RepoTags: [name],
    Layers: image.layers.map((_, index) => `${n}-${index}.tar`),
  }))
  return await tarOf([
    ['manifest.json', JSON.stringify(list)],
    ...images.flatMap(({ image, n }) => [
      [image.configName, image.config] as const,
      ...image.layers.map((layer, index) => [`${n}-${index}.tar`, layer] as const),
    ]),
  ])
}

export function killTestName(n: number): Reference {
  return parseReference(`example.com/killed:${n}`)
}

const works: Readonly<Record<string, (store: LayoutStore, seed: string) => Promise<void>>> = {
  async write(store, seed) {
    for (let n = 0; n < imageCount; n += 1) {
      const { blobs, manifest } = killTestImage(seed, n)
      for (const blob of blobs) if (!(await store.has(blob.descriptor, job))) await writeContent(store, blob)
      await store.tag(killTestName(n), manifest.descriptor, manifest.bytes, job)
    }
  },
  async rename(store, seed) {
    for (let n = 0; n < imageCount; n += 1) {
      const { manifest } = killTestImage(seed, n)
      const name = parseReference(`example.com/other-${process.pid}:${n}`)
      await store.tag(name, manifest.descriptor, manifest.bytes, job)
      await store.remove(name, job)
    }
  },
  async load(store) {
    await using archive = await openImageArchive(join(store.path, '..', killTestArchive), store.spoolPath, job)
    for (const { descriptor, reference } of archive.images) {
      const names = reference === undefined ? [] : [reference]
      await copyContent(archive, store, descriptor, { platforms: 'all', names }, job)
    }
  },
  async remove(store) {
    for (const { reference } of await store.references())
      if (reference !== undefined) await store.remove(reference, job)
  },
  async prune(store) {
    await store.prune({ dryRun: false }, job)
  },
}

if (import.meta.main) {
  const [path, seed, ...names] = process.argv.slice(2)
  if (path === undefined || seed === undefined) throw new Error('usage: store-worker.ts STORE SEED WORK…')
  process.stdout.write('begun\n')
  for (const name of names) {
    await using store = await openStore(path, job)
    await works[name]?.(store, seed)
  }
}
