import { looseObject, optional } from 'valibot'
import { parseImageConfig } from '../../image/config.ts'
import type { ContentSource } from '../../image/content.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import { readDocument, readManifest, type ImageManifest } from '../../image/manifest.ts'
import { layerCompression } from '../../image/media-type.ts'
import { isAttestation } from '../../image/platform.ts'
import { familiarReference, type Reference } from '../../image/reference.ts'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { JsonError, parseJson } from '../../std/json.ts'
import type { StepKey, StepRecord } from '../cache/step-cache.ts'
import {
  cacheDocumentSchema,
  cacheMediaType,
  inlineCacheField,
  inlineDocumentSchema,
  type DocumentRecord,
} from './document.ts'

/** The records of a cache that was found. */
export type FoundCache = ReadonlyMap<StepKey, StepRecord>

/** Images of an index that are looked into: an index has one for each platform. */
const imagesMax = 32

/** BuildKit's own caches begin so. */
const buildkitPrefix = 'application/vnd.buildkit.cacheconfig.'

/** Reads a cache or an image with one. Whatever is wrong with it becomes a notice, and a cache without records. */
export async function readCache(source: ContentSource, reference: Reference, job: Job): Promise<FoundCache> {
  const name = familiarReference(reference)
  const records = new Map<StepKey, StepRecord>()
  try {
    const why = await collect(source, await source.resolve(reference, job), records, job)
    if (why !== undefined) notice(`nothing is taken from the cache ${name}: ${why}`, job)
  } catch (error) {
    job.signal.throwIfAborted()
    records.clear()
    notice(`nothing is taken from the cache ${name}: ${errorMessage(error)}`, job)
  }
  return records
}

/** @returns why there is nothing to be had, or undefined. */
async function collect(
  source: ContentSource,
  root: Descriptor,
  records: Map<StepKey, StepRecord>,
  job: Job,
): Promise<string | undefined> {
  const { document } = await readManifest(source, root, job)
  if (document.kind === 'image') return await collectManifest(source, document, records, job)
  if (document.manifests.some(({ mediaType }) => mediaType.startsWith(buildkitPrefix))) return foreignCache
  const images = document.manifests.filter((entry) => !isAttestation(entry)).slice(0, imagesMax)
  const reasons = new Set<string>()
  for (const entry of images) {
    const { document: manifest } = await readManifest(source, entry, job)
    const why =
      manifest.kind === 'image' ? await collectManifest(source, manifest, records, job) : 'it is an index of indexes'
    if (why !== undefined) reasons.add(why)
  }
  return records.size === 0 ? ([...reasons][0] ?? 'it is empty') : undefined
}

const foreignCache = "it is BuildKit's, which only BuildKit reads"

const inlineSchema = looseObject({ [inlineCacheField]: optional(inlineDocumentSchema) })

async function collectManifest(
  source: ContentSource,
  { config, layers }: ImageManifest,
  records: Map<StepKey, StepRecord>,
  job: Job,
): Promise<string | undefined> {
  if (config.mediaType.startsWith(buildkitPrefix)) return foreignCache
  const what = `config ${config.digest}`
  const bytes = await readDocument(source, config, what, job)
  if (config.mediaType === cacheMediaType) {
    const { diffIds, records: found } = parseJson(bytes, cacheDocumentSchema, what)
    add(found, layers, diffIds, records, what)
    return undefined
  }
  const { rootfs } = parseImageConfig(bytes, what)
  const inline = parseJson(bytes, inlineSchema, what)[inlineCacheField]
  if (inline === undefined) return 'it is an image without a cache'
  add(inline.records, layers, rootfs.diff_ids, records, what)
  return undefined
}

function add(
  found: readonly DocumentRecord[],
  layers: readonly Descriptor[],
  diffIds: readonly Digest[],
  records: Map<StepKey, StepRecord>,
  what: string,
): void {
  if (diffIds.length !== layers.length) {
    throw new JsonError(`${what}: diffIds: ${diffIds.length} entries for ${layers.length} layers`)
  }
  for (const record of found) records.set(record.key, stepRecord(record, layers, diffIds, what))
}

function stepRecord(
  record: DocumentRecord,
  layers: readonly Descriptor[],
  diffIds: readonly Digest[],
  what: string,
): StepRecord {
  if ('selection' in record) return { kind: 'selection', version: 1, digest: record.selection }
  const common = { kind: 'layer', version: 1, title: '', elapsedMs: 0 } as const
  if (record.layer === null) return { ...common, layer: null }
  const [layer, diffId] = [layers[record.layer], diffIds[record.layer]]
  if (layer === undefined || diffId === undefined || layerCompression(layer.mediaType) === undefined) {
    throw new JsonError(`${what}: records: layer ${record.layer} is no layer of the manifest`)
  }
  const { mediaType, digest, size } = layer
  return { ...common, layer: { diffId, descriptor: { mediaType, digest, size } } }
}

function notice(message: string, job: Job): void {
  job.emit({ type: 'notice', level: 'warning', message })
}
