import { join } from 'node:path'
import type { ContentSink } from '../image/content.ts'
import type { Descriptor } from '../image/descriptor.ts'
import { digestOf } from '../image/digest.ts'
import { mediaTypes } from '../image/media-type.ts'
import { byteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import type { BuiltBase, BuiltBaseImage } from './build-base.ts'
import { openBuildCache } from './cache/build-cache.ts'
import { describePackages } from './sbom/package-facts.ts'
import { distributionOf } from './sbom/package-url.ts'

/** The forms that bills of materials are written in, by the media types that are registered for them. */
export const sbomMediaTypes = {
  spdx: 'application/spdx+json',
  cycloneDx: 'application/vnd.cyclonedx+json',
} as const

/** Where an image was built, and where its documents go. */
export interface AttachSbomOptions {
  /** Has the images. */
  readonly sink: ContentSink
  /** That of the build. */
  readonly cacheFolder: string
}

/** A document about one image. */
export interface AttachedSbom {
  readonly mediaType: (typeof sbomMediaTypes)[keyof typeof sbomMediaTypes]
  /** Of the artifact's manifest. */
  readonly descriptor: Descriptor
  /** Of the manifest of the image that it is about. */
  readonly subject: Descriptor
}

/**
 * Attaches bills of materials to each image of a build, as artifacts that point to its manifest (image-spec 1.1, manifest.md,
 * "Guidelines for Artifact Usage"): SPDX 2.3 and CycloneDX 1.6, both as JSON. The same image gets the same documents.
 *
 * @throws BaseError `cache-unusable` when what the build knew of the packages is gone; what the sink throws
 */
export async function attachSboms(
  built: BuiltBase,
  options: AttachSbomOptions,
  job: Job,
): Promise<readonly AttachedSbom[]> {
  // The models take a tenth of a second to load: nobody else waits for them.
  const { spdxDocument } = await import('./sbom/spdx-document.ts')
  const { cycloneDxDocument } = await import('./sbom/cyclonedx-document.ts')
  await using cache = await openBuildCache(join(options.cacheFolder, 'base'))
  const attached: AttachedSbom[] = []
  for (const image of built.images) {
    const { digest, mediaType, size } = image.descriptor
    const subject = { mediaType, digest, size }
    const described = {
      ...{ name: built.lock.recipe, digest, dateMs: image.dateMs },
      architecture: image.platform.architecture,
      distribution: distributionOf(built.lock.suite),
      packages: await describePackages(image.packages, cache, job),
    }
    for (const [kind, bytes] of [
      [sbomMediaTypes.spdx, spdxDocument(described)],
      [sbomMediaTypes.cycloneDx, cycloneDxDocument(described)],
    ] as const) {
      const descriptor = await writeArtifact(kind, bytes, subject, image, options.sink, job)
      attached.push({ mediaType: kind, descriptor, subject })
    }
  }
  return attached
}

const emptyJson = Buffer.from('{}')

async function writeArtifact(
  artifactType: string,
  bytes: Uint8Array,
  subject: Descriptor,
  { dateMs }: BuiltBaseImage,
  sink: ContentSink,
  job: Job,
): Promise<Descriptor> {
  const config = descriptorOf(mediaTypes.ociEmpty, emptyJson)
  const layer = descriptorOf(artifactType, bytes)
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType,
      config,
      layers: [layer],
      subject,
      annotations: { 'org.opencontainers.image.created': `${new Date(dateMs).toISOString().slice(0, 19)}Z` },
    }),
  )
  const descriptor = descriptorOf(mediaTypes.ociManifest, manifest)
  await write(config, emptyJson, sink, job)
  await write(layer, bytes, sink, job)
  await write(descriptor, manifest, sink, job)
  return descriptor
}

function descriptorOf(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length }
}

async function write(descriptor: Descriptor, bytes: Uint8Array, sink: ContentSink, job: Job): Promise<void> {
  if (await sink.has(descriptor, job)) return
  await sink.write(descriptor, async (offset) => byteStream(bytes.subarray(offset)), job)
}
