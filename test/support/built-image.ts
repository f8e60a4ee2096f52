import type { BuiltImage } from '../../src/build/built-image.ts'
import type { ExportEnvironment } from '../../src/build/export-images.ts'
import { parseImageConfig } from '../../src/image/config.ts'
import type { Platform } from '../../src/image/descriptor.ts'
import { digestOf } from '../../src/image/digest.ts'
import type { Layer } from '../../src/image/image.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { byteStream } from '../../src/std/bytes.ts'
import type { LayoutStore } from '../../src/store/layout-store.ts'
import { gzipSync } from 'node:zlib'
import { contentOf, writeContent } from '../contracts/content.ts'
import { tarOf, type LayerItem } from './layers.ts'

/** What a made image has that a test asks about. */
export interface BuiltImageParts {
  readonly platform?: Platform
  /** The lowest first. */
  readonly layers: readonly (readonly LayerItem[])[]
  readonly baseLayers?: number
  /** Put into the config. */
  readonly more?: object
}

/** An image as a build leaves it: its layers are in the store, its documents are not written. */
export async function builtImage(store: LayoutStore, parts: BuiltImageParts): Promise<BuiltImage> {
  const platform = parts.platform ?? { os: 'linux', architecture: 'amd64' }
  const layers: Layer[] = []
  for (const items of parts.layers) {
    const tar = await tarOf(items)
    const blob = contentOf(gzipSync(tar), mediaTypes.ociLayerGzip)
    await writeContent(store, blob)
    layers.push({ descriptor: blob.descriptor, diffId: digestOf(tar), openTar: () => byteStream(tar) })
  }
  const config = {
    ...{ os: platform.os, architecture: platform.architecture, created: '2026-01-02T03:04:05Z' },
    config: { Env: ['PATH=/bin'], Cmd: ['/bin/cat', '/greeting'] },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map((_, number) => ({ created: '2026-01-02T03:04:05Z', created_by: `layer ${number}` })),
    ...parts.more,
  }
  return {
    platform,
    config: parseImageConfig(Buffer.from(JSON.stringify(config)), 'a made config'),
    layers,
    baseLayers: parts.baseLayers ?? 0,
    dateSeconds: Date.parse('2026-01-02T03:04:05Z') / 1000,
    materials: [],
  }
}

/** Where outputs write to in a test. */
export function exportEnvironment(
  store: LayoutStore,
  folder: string,
  parts: Partial<ExportEnvironment> = {},
): ExportEnvironment {
  return {
    store,
    layersFolder: store.layersPath,
    cacheFolder: `${folder}/cache`,
    writeToStandardOutput: undefined,
    openRepository: () => Promise.reject(new Error('nothing is pushed in this test')),
    environment: process.env,
    ...parts,
  }
}
