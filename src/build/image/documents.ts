import type { ContentSink } from '../../image/content.ts'
import type { Annotations, Descriptor, Platform } from '../../image/descriptor.ts'
import { digestOf } from '../../image/digest.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { byteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { ordered, sorted } from './encode-config.ts'

/** A document with the descriptor of its bytes. */
export interface WrittenDocument {
  readonly bytes: Uint8Array
  readonly descriptor: Descriptor
}

export function documentOf(mediaType: string, bytes: Uint8Array): WrittenDocument {
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } }
}

/** What a manifest is made of. */
export interface ManifestParts {
  readonly ociMediaTypes: boolean
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations: Annotations
  readonly artifactType?: string
  readonly subject?: Descriptor
}

/** Image-spec, manifest.md; or Docker's schema 2. */
export function manifestDocument(parts: ManifestParts): WrittenDocument {
  const mediaType = parts.ociMediaTypes ? mediaTypes.ociManifest : mediaTypes.dockerManifest
  const fields = {
    schemaVersion: 2,
    mediaType,
    artifactType: parts.artifactType,
    config: parts.config,
    layers: parts.layers,
    subject: parts.subject,
    annotations: unlessEmpty(parts.annotations),
  }
  return documentOf(mediaType, Buffer.from(JSON.stringify(fields)))
}

/** Image-spec, image-index.md; or Docker's manifest list. */
export function indexDocument(
  manifests: readonly Descriptor[],
  annotations: Annotations,
  ociMediaTypes: boolean,
): WrittenDocument {
  const mediaType = ociMediaTypes ? mediaTypes.ociIndex : mediaTypes.dockerManifestList
  const fields = { schemaVersion: 2, mediaType, manifests, annotations: unlessEmpty(annotations) }
  return documentOf(mediaType, Buffer.from(JSON.stringify(fields)))
}

/** The entry of an index that points to an image's manifest. */
export function indexEntry(manifest: Descriptor, annotations: Annotations, platform: Platform): Descriptor {
  const { mediaType, digest, size } = manifest
  const notes = unlessEmpty(annotations)
  return {
    mediaType,
    digest,
    size,
    ...(notes === undefined ? {} : { annotations: notes }),
    platform: platformEntry(platform),
  }
}

/** A platform as documents have it: fields in one order, and none that says nothing. */
function platformEntry(platform: Platform): Platform {
  const { os, architecture, variant } = platform
  const rest = ordered(['architecture', 'os', 'os.version', 'os.features', 'variant'], {
    'os.version': platform['os.version'],
    'os.features': platform['os.features'],
    variant: variant === '' ? undefined : variant,
  })
  return { architecture, os, ...rest }
}

function unlessEmpty(annotations: Annotations): Annotations | undefined {
  return Object.keys(annotations).length === 0 ? undefined : sorted(annotations)
}

export async function writeDocument(
  { descriptor, bytes }: WrittenDocument,
  sink: ContentSink,
  job: Job,
): Promise<void> {
  await sink.write(descriptor, async (offset) => byteStream(bytes.subarray(offset)), job)
}
