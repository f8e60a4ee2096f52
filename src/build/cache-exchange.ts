import type { ContentSink, ContentSource } from '../image/content.ts'
import { copyContent } from '../image/copy.ts'
import type { Descriptor } from '../image/descriptor.ts'
import type { Reference } from '../image/reference.ts'
import type { Job } from '../std/job.ts'
import { saveLayout } from '../store/save-layout.ts'
import type { BuiltImage } from './built-image.ts'
import type { LayerRecord, StepKey, StepRecord } from './cache/step-cache.ts'
import { cacheMediaType, inlineCacheField } from './cache-exchange/document.ts'
import { fetchLayer } from './cache-exchange/fetch-layer.ts'
import { placeRecords } from './cache-exchange/place-records.ts'
import { readCache, type FoundCache } from './cache-exchange/read-cache.ts'
import type { CacheMode } from './cache-options.ts'
import { documentOf, manifestDocument, writeDocument } from './image/documents.ts'

/** A record of the step cache with its key. */
export interface KeyedRecord {
  readonly key: StepKey
  readonly record: StepRecord
}

/** What a cache is made of, and what it is called. */
export interface ExportCacheOptions {
  readonly mode: CacheMode
  /** What the build gave: `min` has only their layers. */
  readonly images: readonly BuiltImage[]
  readonly reference: Reference
}

/** Where a cache is written to: the folder of an image layout, or a repository. */
export type CacheDestination = { readonly directory: string } | { readonly sink: ContentSink }

/**
 * Writes a cache: a manifest whose config holds the records, and whose layers are theirs. The same records give the same
 * cache. Titles and running times are left out, which would tell of the Dockerfile to whoever reads the registry. Layers
 * that are no longer in the store are left out too.
 *
 * @param records those of the build that is exported: what is in the cache beside them is of no use to others.
 * @param store has the layers; the documents go there on their way.
 * @returns the manifest's descriptor
 */
export async function exportCache(
  records: Iterable<KeyedRecord> | AsyncIterable<KeyedRecord>,
  store: ContentSource & ContentSink,
  destination: CacheDestination,
  { mode, images, reference }: ExportCacheOptions,
  job: Job,
): Promise<Descriptor> {
  const wanted =
    mode === 'max' ? undefined : new Set(images.flatMap(({ layers }) => layers.map(({ diffId }) => diffId)))
  const placed = await placeRecords(records, store, wanted, job)
  const value = { version: 1, diffIds: placed.layers.map(({ diffId }) => diffId), records: placed.records }
  const config = documentOf(cacheMediaType, Buffer.from(JSON.stringify(value)))
  const layers = placed.layers.map(({ descriptor }) => descriptor)
  const parts = {
    ociMediaTypes: true,
    artifactType: cacheMediaType,
    config: config.descriptor,
    layers,
    annotations: {},
  }
  const manifest = manifestDocument(parts)
  await writeDocument(config, store, job)
  await writeDocument(manifest, store, job)
  if ('directory' in destination) {
    await saveLayout(destination.directory, store, [{ descriptor: manifest.descriptor, names: [reference] }], job)
  } else {
    await copyContent(store, destination.sink, manifest.descriptor, { platforms: 'all', names: [reference] }, job)
  }
  return manifest.descriptor
}

/** The image with the records of its own layers in its config: `type=inline`. Its layers are needed anyway, so it costs little. */
export async function withInlineCache(
  image: BuiltImage,
  records: Iterable<KeyedRecord> | AsyncIterable<KeyedRecord>,
  store: ContentSink,
  job: Job,
): Promise<BuiltImage> {
  const positions = new Map(image.layers.map(({ diffId }, position) => [diffId, position]))
  const placed = await placeRecords(records, store, new Set(positions.keys()), job)
  const moved = placed.records.flatMap((record) => {
    if (!('layer' in record) || record.layer === null) return [record]
    const diffId = placed.layers[record.layer]?.diffId
    const layer = diffId === undefined ? undefined : positions.get(diffId)
    return layer === undefined ? [] : [{ ...record, layer }]
  })
  return { ...image, config: { ...image.config, [inlineCacheField]: { records: moved } } }
}

/** The cache of another build. Layers are fetched only when a record of theirs is used. */
export interface CacheSource {
  readonly find: <Kind extends StepRecord['kind']>(
    key: StepKey,
    kind: Kind,
  ) => Extract<StepRecord, { kind: Kind }> | undefined
  /**
   * Brings the layer of a record to the store.
   *
   * @returns false where it cannot be had, or is not what its record says: a notice tells why, and the step is to be executed.
   */
  fetch(record: LayerRecord, store: ContentSource & ContentSink, job: Job): Promise<boolean>
}

/**
 * Reads a cache, or the cache inside an image. What is no cache, or damaged, or cannot be reached is a cache without records,
 * and a notice tells why: no build fails for it.
 */
export async function openCacheSource(source: ContentSource, reference: Reference, job: Job): Promise<CacheSource> {
  const found = await readCache(source, reference, job)
  return {
    find: (key, kind) => findRecord(found, key, kind),
    fetch: (record, store, inner) => fetchLayer(source, record, store, inner),
  }
}

function findRecord<Kind extends StepRecord['kind']>(
  found: FoundCache,
  key: StepKey,
  kind: Kind,
): Extract<StepRecord, { kind: Kind }> | undefined {
  const record = found.get(key)
  return record !== undefined && isOfKind(record, kind) ? record : undefined
}

function isOfKind<Kind extends StepRecord['kind']>(
  record: StepRecord,
  kind: Kind,
): record is Extract<StepRecord, { kind: Kind }> {
  return record.kind === kind
}
