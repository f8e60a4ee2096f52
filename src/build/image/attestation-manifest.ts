import type { ContentSink } from '../../image/content.ts'
import type { Descriptor, Platform } from '../../image/descriptor.ts'
import { digestHex } from '../../image/digest.ts'
import { mediaTypes } from '../../image/media-type.ts'
import type { Reference } from '../../image/reference.ts'
import type { Job } from '../../std/job.ts'
import { statementMediaType, statementOf, type Attestation, type AttestationSubject } from '../attest/attestation.ts'
import { imagePackageUrl } from './image-package-url.ts'
import { documentOf, indexEntry, manifestDocument, writeDocument } from './documents.ts'

const attestationArtifactType = 'application/vnd.docker.attestation.manifest.v1+json'

/** What attestations are about, and how they are written down. */
export interface AttestedImage {
  readonly manifest: Descriptor
  readonly platform: Platform
  /** Its names: statements call it by them. */
  readonly names: readonly Reference[]
  /** As an artifact whose subject is the image (image-spec 1.1) or else as an image that cannot be run. */
  readonly asArtifact: boolean
}

/**
 * Writes the manifest that holds an image's attestations (BuildKit, docs/attestations/attestation-storage.md).
 *
 * @returns the entry of the index that points to it.
 */
export async function writeAttestations(
  attestations: readonly Attestation[],
  image: AttestedImage,
  sink: ContentSink,
  job: Job,
): Promise<Descriptor> {
  const subjects = subjectsOf(image)
  const layers: Descriptor[] = []
  for (const attestation of attestations) {
    const statement = documentOf(statementMediaType, statementOf(attestation, subjects))
    await writeDocument(statement, sink, job)
    const annotations = { 'in-toto.io/predicate-type': attestation.predicateType }
    layers.push({ ...statement.descriptor, annotations })
  }
  const config = image.asArtifact ? emptyConfig() : plainConfig(layers)
  await writeDocument(config, sink, job)
  const { mediaType, digest, size } = image.manifest
  const manifest = manifestDocument({
    ociMediaTypes: true,
    config: config.descriptor,
    layers,
    annotations: {},
    ...(image.asArtifact ? { artifactType: attestationArtifactType, subject: { mediaType, digest, size } } : {}),
  })
  await writeDocument(manifest, sink, job)
  const annotations = {
    'vnd.docker.reference.digest': image.manifest.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  }
  return indexEntry(manifest.descriptor, annotations, { architecture: 'unknown', os: 'unknown' })
}

/** Image-spec, manifest.md, "Guidance for an Empty Descriptor". */
function emptyConfig(): ReturnType<typeof documentOf> {
  const { bytes, descriptor } = documentOf(mediaTypes.ociEmpty, Buffer.from('{}'))
  return { bytes, descriptor: { ...descriptor, data: Buffer.from(bytes).toString('base64') } }
}

/** Programs that read every manifest of an index as an image find the config of one. */
function plainConfig(layers: readonly Descriptor[]): ReturnType<typeof documentOf> {
  const config = {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  }
  return documentOf(mediaTypes.ociConfig, Buffer.from(JSON.stringify(config)))
}

/** The image by its names, as package URLs, or as `_` where it has none. */
function subjectsOf({ manifest, names, platform }: AttestedImage): readonly AttestationSubject[] {
  const digest = { sha256: digestHex(manifest.digest) }
  if (names.length === 0) return [{ name: '_', digest }]
  return names.map((name) => ({ name: imagePackageUrl(name, platform), digest }))
}
