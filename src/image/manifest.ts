import {
  array,
  looseObject,
  literal,
  maxLength,
  nullish,
  optional,
  pipe,
  string,
  type GenericSchema,
  type InferOutput,
} from 'valibot'
import { readAll, TooManyBytesError } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import { JsonError, parseJson } from '../std/json.ts'
import type { Limits } from '../std/limits.ts'
import type { ContentSource } from './content.ts'
import { annotationsSchema, descriptorSchema, type Annotations, type Descriptor } from './descriptor.ts'
import { ImageError } from './errors.ts'
import { isImageManifestMediaType, isIndexMediaType, isManifestMediaType, mediaTypes } from './media-type.ts'
import { verified } from './verify.ts'

/** Image-spec, manifest.md; also Docker's schema 2. Describes one image, or an artifact, whose config may be of any type. */
export interface ImageManifest {
  readonly kind: 'image'
  readonly mediaType: string
  readonly artifactType?: string | undefined
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly subject?: Descriptor | undefined
  readonly annotations?: Annotations | undefined
}

/** Image-spec, image-index.md; also Docker's manifest list. Points to one manifest for each platform, or to anything else. */
export interface ImageIndex {
  readonly kind: 'index'
  readonly mediaType: string
  readonly artifactType?: string | undefined
  readonly manifests: readonly Descriptor[]
  readonly subject?: Descriptor | undefined
  readonly annotations?: Annotations | undefined
}

/** What a manifest's descriptor may point to. */
export type ManifestDocument = ImageManifest | ImageIndex

/** A document with the bytes that it was read from. The bytes are what has the digest: they are handed on as they came. */
export interface RawManifest {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
  readonly document: ManifestDocument
}

/** Go writes `null` where a list is empty. */
function listOf<Item extends GenericSchema>(item: Item, itemsMax: number) {
  return nullish(pipe(array(item), maxLength(itemsMax, `more than ${itemsMax} entries`)), () => [])
}

const commonFields = {
  schemaVersion: literal(2, 'must be 2'),
  mediaType: optional(string()),
  artifactType: optional(string()),
  subject: nullish(descriptorSchema),
  annotations: nullish(annotationsSchema),
}

const imageManifestSchema = (limits: Limits) =>
  looseObject({
    ...commonFields,
    config: descriptorSchema,
    layers: listOf(descriptorSchema, limits.layersMax),
  })

const imageIndexSchema = (limits: Limits) =>
  looseObject({ ...commonFields, manifests: listOf(descriptorSchema, limits.indexEntriesMax) })

/** What tells one kind from the other, before either is checked. */
const outlineSchema = looseObject({ mediaType: optional(string()) })

/**
 * Reads a manifest or index.
 *
 * A document that could be taken for both, or that calls itself something else than its descriptor does, is refused:
 * two readers would see two images behind one digest (image-spec's CVE-2021-41190).
 *
 * @param mediaType what the descriptor, or the registry's Content-Type, says that it is.
 * @param what names it in messages: `manifest sha256:…`.
 * @throws ImageError `bad-document` with the path of what is wrong, `unsupported`
 */
export function parseManifest(bytes: Uint8Array, mediaType: string, what: string, limits: Limits): ManifestDocument {
  refuseUnsupported(mediaType, what)
  try {
    const outline = parseJson(bytes, outlineSchema, what)
    if (outline.mediaType !== undefined && outline.mediaType !== mediaType) {
      throw new JsonError(`${what}: mediaType: it says ${outline.mediaType}, but its descriptor says ${mediaType}`)
    }
    refuseAmbiguous(outline, mediaType, what)
    return isIndexMediaType(mediaType)
      ? indexDocument(parseJson(bytes, imageIndexSchema(limits), what), mediaType)
      : manifestDocument(parseJson(bytes, imageManifestSchema(limits), what), mediaType)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new ImageError('bad-document', error.message, { cause: error })
  }
}

type CommonFields = InferOutput<ReturnType<typeof imageIndexSchema>>

function manifestDocument(
  value: InferOutput<ReturnType<typeof imageManifestSchema>>,
  mediaType: string,
): ImageManifest {
  return { kind: 'image', mediaType, config: value.config, layers: value.layers, ...commonParts(value) }
}

function indexDocument(value: InferOutput<ReturnType<typeof imageIndexSchema>>, mediaType: string): ImageIndex {
  return { kind: 'index', mediaType, manifests: value.manifests, ...commonParts(value) }
}

function commonParts(value: Pick<CommonFields, 'artifactType' | 'subject' | 'annotations'>) {
  return {
    ...(value.artifactType === undefined ? {} : { artifactType: value.artifactType }),
    ...(value.subject === undefined || value.subject === null ? {} : { subject: value.subject }),
    ...(value.annotations === undefined || value.annotations === null ? {} : { annotations: value.annotations }),
  }
}

function refuseUnsupported(mediaType: string, what: string): void {
  if (isManifestMediaType(mediaType)) return
  const isSchema1 =
    mediaType === mediaTypes.dockerManifestSchema1 || mediaType === mediaTypes.dockerManifestSchema1Signed
  throw new ImageError('unsupported', `${what} is of the type ${mediaType}, which wherry does not read`, {
    hint: isSchema1
      ? "Docker's schema 1 was given up in 2019: push the image again with a newer tool."
      : 'It reads OCI image manifests and indexes, and Docker schema 2 manifests and manifest lists.',
  })
}

function refuseAmbiguous(outline: object, mediaType: string, what: string): void {
  const foreign = isImageManifestMediaType(mediaType) ? ['manifests', 'fsLayers'] : ['layers', 'config', 'fsLayers']
  const found = foreign.find((key) => Object.hasOwn(outline, key))
  if (found !== undefined)
    throw new JsonError(`${what}: ${found}: does not belong in a document of the type ${mediaType}`)
}

/**
 * Fetches and reads a manifest or index; digest and size are checked.
 *
 * @throws ImageError also `too-large`, `digest-mismatch`, `size-mismatch`, `not-found`
 */
export async function readManifest(source: ContentSource, descriptor: Descriptor, job: Job): Promise<RawManifest> {
  const what = `manifest ${descriptor.digest}`
  refuseUnsupported(descriptor.mediaType, what)
  const bytes = await readDocument(source, descriptor, what, job)
  return { descriptor, bytes, document: parseManifest(bytes, descriptor.mediaType, what, job.limits) }
}

/** Fetches a document of JSON: bounded by `limits.manifestBytesMax`, digest and size checked. @throws ImageError */
export async function readDocument(
  source: ContentSource,
  descriptor: Descriptor,
  what: string,
  job: Job,
): Promise<Uint8Array> {
  const { manifestBytesMax } = job.limits
  if (descriptor.size > manifestBytesMax) throw tooLarge(what, descriptor.size, manifestBytesMax)
  try {
    return await readAll(verified(await source.open(descriptor, job), descriptor), manifestBytesMax)
  } catch (error) {
    if (error instanceof TooManyBytesError) throw tooLarge(what, undefined, manifestBytesMax)
    throw error
  }
}

function tooLarge(what: string, sizeBytes: number | undefined, bytesMax: number): ImageError {
  const size = sizeBytes === undefined ? 'more' : `${sizeBytes} bytes`
  return new ImageError('too-large', `${what} has ${size}, and at most ${bytesMax} are read`)
}

/** What a document points to directly: manifests of an index, config and layers of an image. Not its subject. */
export function childrenOf(document: ManifestDocument): readonly Descriptor[] {
  return document.kind === 'index' ? document.manifests : [document.config, ...document.layers]
}
