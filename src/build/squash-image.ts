import { join } from 'node:path'
import { nullable, object } from 'valibot'
import type { ImageConfig } from '../image/config.ts'
import { descriptorSchema, digestSchema } from '../image/descriptor.ts'
import { layerAt, type Layer } from '../image/image.ts'
import type { Job } from '../std/job.ts'
import { cryptoModule } from '../std/node-modules.ts'
import { openFileTree, type FileTree } from '../filetree/file-tree.ts'
import type { BuiltImage } from './built-image.ts'
import type { BuildRequest } from './build-request.ts'
import { writeLayer } from './execute/write-layer.ts'
import type { ExportEnvironment } from './output/export-request.ts'
import { changesTar } from './image/changes-tar.ts'
import { readRecordFile, writeRecordFile } from './options/record-file.ts'

const recordSchema = object({ layer: nullable(object({ diffId: digestSchema, descriptor: descriptorSchema })) })

/** Where the layers are, and where what is made of them goes. */
export type SquashFolders = Pick<ExportEnvironment, 'store' | 'layersFolder' | 'cacheFolder'>

/**
 * `--squash`: the image with one layer in place of all that the build has put above its base image. Files that one step made
 * and another deleted are gone from it. The history keeps every step.
 *
 * @throws what reading layers throws; BuildError `build-cache-unusable`
 */
export async function squashImage(
  image: BuiltImage,
  compression: BuildRequest['compression'],
  folders: SquashFolders,
  job: Job,
): Promise<BuiltImage> {
  const base = image.layers.slice(0, image.baseLayers)
  const count = image.layers.length - base.length
  if (count < 2) return image
  const squashed = await squashedLayer(image, base, compression, folders, job)
  const layers = squashed === undefined ? base : [...base, squashed]
  return { ...image, layers, config: squashedConfig(image, layers, count) }
}

async function squashedLayer(
  image: BuiltImage,
  base: readonly Layer[],
  compression: BuildRequest['compression'],
  { store, layersFolder, cacheFolder }: SquashFolders,
  job: Job,
): Promise<Layer | undefined> {
  const { format, level } = compression
  const definition = JSON.stringify([1, base.length, image.layers.map(({ diffId }) => diffId), format, level ?? null])
  const record = join(cacheFolder, 'squashed-layers', `${cryptoModule().hash('sha256', definition)}.json`)
  const known = await readRecordFile(record, recordSchema)
  if (known?.layer === null) return undefined
  if (known !== undefined && (await store.has(known.layer.descriptor, job))) {
    return layerAt(store, known.layer.descriptor, known.layer.diffId)
  }
  await using lower: FileTree = await openFileTree({ layers: base }, layersFolder, job)
  await using all = await openFileTree(image, layersFolder, job)
  const tar = changesTar(lower, all, job)
  const layer = tar === undefined ? undefined : await writeLayer(tar, { store, compression }, job)
  const { diffId, descriptor } = layer ?? {}
  await writeRecordFile(record, { layer: layer === undefined ? null : { diffId, descriptor } })
  return layer
}

function squashedConfig(
  { config, baseLayers, dateSeconds }: BuiltImage,
  layers: readonly Layer[],
  count: number,
): ImageConfig {
  let seen = 0
  const history = config.history?.map((entry) => {
    if (entry.empty_layer === true) return entry
    seen += 1
    return seen <= baseLayers ? entry : { ...entry, empty_layer: true }
  })
  const created = new Date(dateSeconds * 1000).toISOString()
  const isEmpty = layers.length === baseLayers
  const last = { created, comment: `${count} layers squashed into one`, ...(isEmpty ? { empty_layer: true } : {}) }
  return {
    ...config,
    rootfs: { ...config.rootfs, diff_ids: layers.map(({ diffId }) => diffId) },
    history: history === undefined ? undefined : [...history, last],
  }
}
