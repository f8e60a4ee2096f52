import { gzipSync } from 'node:zlib'
import type { Descriptor } from '../../src/image/descriptor.ts'
import type { ContentSink } from '../../src/image/content.ts'
import { digestOf } from '../../src/image/digest.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { parseReference } from '../../src/image/reference.ts'
import { createJob } from '../../src/std/job.ts'
import { openStore } from '../../src/store/layout-store.ts'
import { contentOf, indexOf, manifestOf, writeContent, type Content } from '../contracts/content.ts'
import { directory, file, symbolicLink, tarOf } from './layers.ts'

/** A small image with real layers, always the same for the same arguments, so that its digests may stand in goldens. */
export interface RealImage {
  readonly manifest: Content
  readonly config: Content
  readonly layers: readonly Content[]
}

/**
 * @param mark is put into a file and a label, so that different marks give different images that share a layer.
 * @param platform as `amd64` or `arm/v7`
 */
export async function realImage(mark = 'app', platform = 'amd64'): Promise<RealImage> {
  const base = await tarOf([
    directory('bin', { mode: 0o755 }),
    file('bin/tool', '#!/bin/sh\n', { mode: 0o4755 }),
    symbolicLink('bin/sh', 'tool'),
    directory('etc'),
    file('etc/os-release', 'NAME=Test\n'),
  ])
  const top = await tarOf([directory('app', { uid: 1000, gid: 1000 }), file('app/main.js', `console.log('${mark}')\n`)])
  // Stored, not compressed: the same bytes with every zlib.
  const layers = [base, top].map((tar) => contentOf(gzipSync(tar, { level: 0 }), mediaTypes.ociLayerGzip))
  const [architecture, variant] = platform.split('/')
  const config = {
    created: '1980-05-01T12:00:00Z',
    architecture,
    ...(variant === undefined ? {} : { variant }),
    os: 'linux',
    config: {
      User: 'node',
      WorkingDir: '/app',
      Entrypoint: ['/bin/tool'],
      Cmd: ['main.js'],
      Env: ['PATH=/bin', `MARK=${mark}`],
      ExposedPorts: { '8080/tcp': {} },
      Labels: { mark },
    },
    rootfs: { type: 'layers', diff_ids: [base, top].map((tar) => digestOf(tar)) },
    history: [
      { created: '1980-05-01T11:00:00Z', created_by: '/bin/sh -c #(nop) ADD file:abc in / ' },
      { created: '1980-05-01T11:30:00Z', created_by: 'ENV PATH=/bin', empty_layer: true },
      { created: '1980-05-01T12:00:00Z', created_by: 'COPY . /app # buildkit' },
    ],
  }
  const configContent = contentOf(Buffer.from(JSON.stringify(config)), mediaTypes.ociConfig)
  return { manifest: manifestOf(configContent, layers), config: configContent, layers }
}

/** An index over images for two platforms. */
async function realIndex(mark = 'app'): Promise<{ readonly index: Content; readonly images: readonly RealImage[] }> {
  const platforms = ['amd64', 'arm64']
  const images = await Promise.all(platforms.map((architecture) => realImage(mark, architecture)))
  const entries = images.map(({ manifest }, position): Descriptor => ({
    ...manifest.descriptor,
    platform: { os: 'linux', architecture: platforms[position] ?? '' },
  }))
  return { index: indexOf(entries), images }
}

/** Writes an image with all its content, without a name. */
async function writeRealImage(place: ContentSink, image: RealImage): Promise<void> {
  for (const content of [...image.layers, image.config, image.manifest]) await writeContent(place, content)
}

/** Puts images into a store: one for each name, marked with it. */
export async function fillStore(path: string, names: readonly string[], platform?: string): Promise<void> {
  const job = createJob()
  await using store = await openStore(path, job)
  for (const name of names) {
    const image = await realImage(name, platform)
    await writeRealImage(store, image)
    await store.tag(parseReference(name), image.manifest.descriptor, image.manifest.bytes, job)
  }
}

/** Puts an image for two platforms into a store. */
export async function storeIndex(path: string, name: string): Promise<Content> {
  const job = createJob()
  await using store = await openStore(path, job)
  const { index, images } = await realIndex(name)
  for (const image of images) await writeRealImage(store, image)
  await store.tag(parseReference(name), index.descriptor, index.bytes, job)
  return index
}
