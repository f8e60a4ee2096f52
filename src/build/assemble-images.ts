import type { ContentSink } from '../image/content.ts'
import type { Descriptor, Platform } from '../image/descriptor.ts'
import { mediaTypes } from '../image/media-type.ts'
import { samePlatform } from '../image/platform.ts'
import type { Reference } from '../image/reference.ts'
import { assert } from '../std/assert.ts'
import type { Job } from '../std/job.ts'
import type { ImageAnnotation } from './annotations.ts'
import type { Attestation } from './attest/attestation.ts'
import type { BuiltImage } from './built-image.ts'
import { BuildError } from './errors.ts'
import { annotationsOf } from './image/annotations-of.ts'
import { writeAttestations } from './image/attestation-manifest.ts'
import { documentOf, indexDocument, indexEntry, manifestDocument, writeDocument } from './image/documents.ts'
import { encodeConfig } from './image/encode-config.ts'
import { fitsDockerManifest, layerEntry } from './image/layer-types.ts'

/** How images become documents. */
export interface AssembleOptions {
  /** False: Docker's schema 2, where nothing in the image needs OCI's documents. */
  readonly ociMediaTypes: boolean
  readonly annotations: readonly ImageAnnotation[]
  /** What is said about each image. With any of them, the result is an index. */
  readonly attestations: ReadonlyMap<BuiltImage, readonly Attestation[]>
  /** What attestations call the images. */
  readonly names: readonly Reference[]
  /** Attestations are artifacts with a subject: BuildKit's `oci-artifact`. */
  readonly attestationsAsArtifacts: boolean
}

/** One image, written. */
export interface AssembledImage {
  readonly platform: Platform
  /** Its manifest. */
  readonly descriptor: Descriptor
  readonly config: Descriptor
}

/** What names are given to: one image, or an index. */
export interface AssembledImages {
  /** With the annotations that were asked for the entries which point to it. */
  readonly descriptor: Descriptor
  /** Of the document. */
  readonly bytes: Uint8Array
  /** In the order that was asked for. */
  readonly images: readonly AssembledImage[]
}

/**
 * Writes config and manifest of each image, and an index where there are several images or attestations. The layers are in
 * the store. The same images give the same bytes; with attestations, those of the images' own manifests stay the same.
 *
 * @throws BuildError `bad-build-option` for an annotation that has no place; what the sink throws
 */
export async function assembleImages(
  images: readonly BuiltImage[],
  options: AssembleOptions,
  store: ContentSink,
  job: Job,
): Promise<AssembledImages> {
  const [first] = images
  assert(first !== undefined, 'a build without an image')
  const isIndex = images.length > 1 || [...options.attestations.values()].some((each) => each.length > 0)
  checkAnnotations(images, options.annotations, isIndex)
  const ociMediaTypes = needsOciTypes(images, options, job)
  const assembled: AssembledImage[] = []
  const entries: Descriptor[] = []
  const attestationEntries: Descriptor[] = []
  let last: { readonly bytes: Uint8Array; readonly descriptor: Descriptor } | undefined
  for (const image of images) {
    const { platform } = image
    const written = await writeImage(image, options, ociMediaTypes, store, job)
    last = written.manifest
    const { descriptor } = written.manifest
    assembled.push({ platform, descriptor, config: written.config })
    entries.push(indexEntry(descriptor, annotationsOf(options.annotations, 'manifest-descriptor', platform), platform))
    const attestations = options.attestations.get(image) ?? []
    if (attestations.length === 0) continue
    const attested = {
      manifest: descriptor,
      platform,
      names: options.names,
      asArtifact: options.attestationsAsArtifacts,
    }
    attestationEntries.push(await writeAttestations(attestations, attested, store, job))
  }
  if (isIndex) {
    const annotations = annotationsOf(options.annotations, 'index')
    last = indexDocument([...entries, ...attestationEntries], annotations, ociMediaTypes)
    await writeDocument(last, store, job)
  }
  assert(last !== undefined, 'a build without an image')
  const notes = isIndex
    ? annotationsOf(options.annotations, 'index-descriptor')
    : annotationsOf(options.annotations, 'manifest-descriptor', first.platform)
  const descriptor = Object.keys(notes).length === 0 ? last.descriptor : { ...last.descriptor, annotations: notes }
  return { descriptor, bytes: last.bytes, images: assembled }
}

async function writeImage(
  image: BuiltImage,
  { annotations }: AssembleOptions,
  ociMediaTypes: boolean,
  store: ContentSink,
  job: Job,
): Promise<{ readonly manifest: ReturnType<typeof manifestDocument>; readonly config: Descriptor }> {
  const configType = ociMediaTypes ? mediaTypes.ociConfig : mediaTypes.dockerConfig
  const config = documentOf(configType, encodeConfig(image.config))
  const manifest = manifestDocument({
    ociMediaTypes,
    config: config.descriptor,
    layers: image.layers.map(({ descriptor }) => layerEntry(descriptor, ociMediaTypes)),
    annotations: annotationsOf(annotations, 'manifest', image.platform),
  })
  await writeDocument(config, store, job)
  await writeDocument(manifest, store, job)
  return { manifest, config: config.descriptor }
}

function checkAnnotations(images: readonly BuiltImage[], all: readonly ImageAnnotation[], isIndex: boolean): void {
  for (const { place, platform, name } of all) {
    if (!isIndex && place.startsWith('index')) {
      throw new BuildError('bad-build-option', `the annotation ${name} is for an index, and this is one image`, {
        hint: 'Only several platforms, or attestations, give an index.',
      })
    }
    if (platform !== undefined && !images.some((image) => samePlatform(image.platform, platform))) {
      throw new BuildError('bad-build-option', `the annotation ${name} is for a platform that is not built`)
    }
  }
}

/** As in BuildKit, Docker's documents give way where they cannot hold what was asked for. */
function needsOciTypes(images: readonly BuiltImage[], options: AssembleOptions, job: Job): boolean {
  if (options.ociMediaTypes) return true
  const why =
    options.annotations.length > 0
      ? 'annotations'
      : options.attestations.size > 0
        ? 'attestations'
        : images.some(({ layers }) => layers.some(({ descriptor }) => !fitsDockerManifest(descriptor)))
          ? 'layers in zstd'
          : undefined
  if (why === undefined) return false
  job.emit({
    type: 'notice',
    level: 'warning',
    message: `OCI media types are used: Docker's have no place for ${why}`,
  })
  return true
}
